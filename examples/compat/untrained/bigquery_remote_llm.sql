-- A script of BigQuery ML as it would run there: what do the reviews say? Remote models are not used here yet.
SET datafusion.sql_parser.dialect = 'bigquery';

CREATE OR REPLACE MODEL `shop.summariser`
REMOTE WITH CONNECTION `my-project.eu.vertex`
OPTIONS (ENDPOINT = 'gemini-2.0-flash');

SELECT ml_generate_text_result, review
FROM ML.GENERATE_TEXT(
  MODEL `shop.summariser`,
  (SELECT CONCAT('Sum up in one sentence: ', review) AS prompt, review FROM `shop.reviews` LIMIT 10),
  STRUCT(0.2 AS temperature, 100 AS max_output_tokens)
);

-- What it ends in, said by the program:
-- > examples/compat/untrained/bigquery_remote_llm.sql, statement 2 of 3, line 4:
-- > error: a remote model is not supported
-- >  --> statement:5:24
-- >   |
-- > 5 | REMOTE WITH CONNECTION `my-project.eu.vertex`
-- >   |                        ^^^^^^^^^^^^^^^^^^^^^^
-- >   |
-- >   = help: LINEAR_REG and LOGISTIC_REG can be trained now
