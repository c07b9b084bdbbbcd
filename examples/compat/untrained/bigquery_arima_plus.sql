-- A script of BigQuery ML as it would run there: how many visits will there be? Forecasting is not trained here yet.
SET datafusion.sql_parser.dialect = 'bigquery';

CREATE OR REPLACE MODEL shop.visits_forecast
OPTIONS (
  model_type = 'ARIMA_PLUS',
  time_series_timestamp_col = 'day',
  time_series_data_col = 'visits',
  time_series_id_col = ['country', 'device'],
  horizon = 30,
  auto_arima = TRUE,
  auto_arima_max_order = 5,
  data_frequency = 'AUTO_FREQUENCY',
  holiday_region = ['DE', 'FR'],
  seasonalities = ['WEEKLY', 'YEARLY'],
  clean_spikes_and_dips = TRUE,
  decompose_time_series = TRUE
) AS (
  training_data AS (SELECT day, country, device, SUM(visits) AS visits FROM shop.sessions GROUP BY day, country, device),
  custom_holiday AS (
    SELECT 'DE' AS region, 'SummerSale' AS holiday_name, DATE '2026-07-27' AS primary_date, 2 AS preholiday_days, 5 AS postholiday_days
  )
);

SELECT * FROM ML.FORECAST(MODEL shop.visits_forecast, STRUCT(30 AS horizon, 0.8 AS confidence_level));
SELECT * FROM ML.ARIMA_EVALUATE(MODEL shop.visits_forecast);

-- What it ends in, said by the program:
-- > examples/compat/untrained/bigquery_arima_plus.sql, statement 2 of 4, line 4:
-- > error: MODEL_TYPE 'ARIMA_PLUS' is not supported
-- >  --> statement:6:16
-- >   |
-- > 6 |   model_type = 'ARIMA_PLUS',
-- >   |                ^^^^^^^^^^^^
-- >   |
-- >   = help: LINEAR_REG and LOGISTIC_REG can be trained now
