-- A script of BigQuery ML as it would run there: what will a taxi ride cost? Networks are not trained here yet.
SET datafusion.sql_parser.dialect = 'bigquery';

CREATE OR REPLACE MODEL taxi.fare_net
TRANSFORM (
  fare_amount,
  ML.FEATURE_CROSS(STRUCT(CAST(EXTRACT(DAYOFWEEK FROM pickup) AS STRING) AS dow, CAST(EXTRACT(HOUR FROM pickup) AS STRING) AS hod)) AS day_hour,
  ML.BUCKETIZE(metres, [500, 1000, 2000, 5000, 10000]) AS distance,
  ML.STANDARD_SCALER(passengers) OVER () AS passengers
)
OPTIONS (
  model_type = 'DNN_LINEAR_COMBINED_REGRESSOR',
  input_label_cols = ['fare_amount'],
  hidden_units = [128, 64, 32],
  activation_fn = 'RELU',
  dropout = 0.1,
  batch_size = 256,
  optimizer = [('dnn', 'ADAM'), ('linear', 'FTRL')],
  learn_rate = [('dnn', 0.001), ('linear', 0.01)],
  max_iterations = 20,
  data_split_method = 'NO_SPLIT'
) AS
SELECT fare_amount, pickup, metres, passengers
FROM taxi.rides
WHERE fare_amount BETWEEN 2.5 AND 200 AND MOD(ABS(FARM_FINGERPRINT(CAST(pickup AS STRING))), 1000) = 1;

SELECT SQRT(mean_squared_error) AS rmse FROM ML.EVALUATE(MODEL taxi.fare_net);

-- What it ends in, said by the program:
-- > examples/compat/untrained/bigquery_dnn.sql, statement 2 of 3, line 4:
-- > error: MODEL_TYPE 'DNN_LINEAR_COMBINED_REGRESSOR' is not supported
-- >   --> statement:12:16
-- >    |
-- > 12 |   model_type = 'DNN_LINEAR_COMBINED_REGRESSOR',
-- >    |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- >    |
-- >    = help: LINEAR_REG and LOGISTIC_REG can be trained now
