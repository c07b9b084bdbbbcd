-- A script of BigQuery ML as it would run there: a model that was trained elsewhere. Imports are not run here yet.
SET datafusion.sql_parser.dialect = 'bigquery';

CREATE OR REPLACE MODEL texts.imported
OPTIONS (MODEL_TYPE = 'TENSORFLOW', MODEL_PATH = 'gs://my-bucket/saved_models/headlines/*');

SELECT * FROM ML.PREDICT(MODEL texts.imported, (SELECT title AS input FROM texts.headlines));

-- What it ends in, said by the program:
-- > examples/compat/untrained/bigquery_tensorflow_import.sql, statement 2 of 3, line 4:
-- > error: MODEL_TYPE 'TENSORFLOW' is not supported
-- >  --> statement:5:23
-- >   |
-- > 5 | OPTIONS (MODEL_TYPE = 'TENSORFLOW', MODEL_PATH = 'gs://my-bucket/saved_models/headlines/*');
-- >   |                       ^^^^^^^^^^^^
-- >   |
-- >   = help: LINEAR_REG and LOGISTIC_REG can be trained now
