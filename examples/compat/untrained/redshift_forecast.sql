-- A script of Redshift ML as it would run there: what will be sold next week? Forecasting is not trained here yet.
CREATE TABLE sales AS
SELECT CAST(value % 3 AS VARCHAR) AS item_id, DATE '2026-01-01' + CAST(value / 3 AS INT) AS day, 10.0 + value % 7 AS sold
FROM generate_series(0, 299);

CREATE MODEL sales_forecast
FROM (SELECT item_id, day, sold FROM sales)
TARGET sold
IAM_ROLE 'arn:aws:iam::123456789012:role/RedshiftML'
AUTO ON
MODEL_TYPE FORECAST
OBJECTIVE 'AverageWeightedQuantileLoss'
SETTINGS (S3_BUCKET 'a-bucket', HORIZON 7, FREQUENCY 'D', PERCENTILES '0.25,0.50,0.75,mean', S3_GARBAGE_COLLECT OFF);

CREATE TABLE sales_next_week AS SELECT FORECAST(sales_forecast);

-- What it ends in, said by the program:
-- > examples/compat/untrained/redshift_forecast.sql, statement 2 of 3, line 6:
-- > error: MODEL_TYPE FORECAST is not supported
-- >   --> statement:11:12
-- >    |
-- > 11 | MODEL_TYPE FORECAST
-- >    |            ^^^^^^^^
-- >    |
-- >    = help: LINEAR_LEARNER can be trained now, for regression and classification
