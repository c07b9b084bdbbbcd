-- A tutorial of BigQuery ML as it is published, but for the name of the table: how much does a penguin weigh?
-- Run it from the root of the project: cargo ml -f examples/compat/penguins_bigquery.sql

-- The table as it is there: the file says NA where a measure is missing.
CREATE EXTERNAL TABLE penguins_file STORED AS CSV LOCATION 'examples/data/penguins_bq.csv' OPTIONS ('format.has_header' 'true');
CREATE TABLE penguins AS
SELECT
  species, island, TRY_CAST(culmen_length_mm AS DOUBLE) AS culmen_length_mm, TRY_CAST(culmen_depth_mm AS DOUBLE) AS culmen_depth_mm,
  TRY_CAST(flipper_length_mm AS DOUBLE) AS flipper_length_mm, TRY_CAST(body_mass_g AS DOUBLE) AS body_mass_g, NULLIF(sex, 'NA') AS sex
FROM penguins_file;

-- The queries of this script are BigQuery's, too: strings in double quotes, comments after #.
SET datafusion.sql_parser.dialect = 'bigquery';

CREATE OR REPLACE MODEL `bqml_tutorial.penguins_model`
OPTIONS
  (model_type='linear_reg',
  input_label_cols=['body_mass_g']) AS
SELECT
  *
FROM
  `penguins`
WHERE
  body_mass_g IS NOT NULL;

SELECT
  *
FROM
  ML.EVALUATE(MODEL `bqml_tutorial.penguins_model`,
    (
    SELECT
      *
    FROM
      `penguins`
    WHERE
      body_mass_g IS NOT NULL));

SELECT
  *
FROM
  ML.PREDICT(MODEL `bqml_tutorial.penguins_model`,
    (
    SELECT
      *
    FROM
      `penguins`
    WHERE island = "Biscoe"));

SELECT
  *
FROM
  ML.EXPLAIN_PREDICT(MODEL `bqml_tutorial.penguins_model`,
    (
    SELECT
      *
    FROM
      `penguins`
    WHERE island = "Biscoe"),
    STRUCT(3 as top_k_features));

SELECT * FROM ML.WEIGHTS(MODEL `bqml_tutorial.penguins_model`);

# What has to hold, or this script fails: the figures that are published, to twelve digits. Their median is an approximation.
SELECT
  ml_assert(abs(mean_absolute_error / 227.01223667447218 - 1) < 1e-12, "the mean absolute error is not the published one") AS mae,
  ml_assert(abs(mean_squared_error / 81838.15989216768 - 1) < 1e-12, "the mean squared error is not the published one") AS mse,
  ml_assert(abs(mean_squared_log_error / 0.0050704473735013 - 1) < 1e-12, "the error of logarithms is not the published one") AS msle,
  ml_assert(abs(median_absolute_error / 174.99864694740063 - 1) < 1e-12, "the median error is not the exact one") AS median,
  ml_assert(abs(r2_score / 0.8723772534253441 - 1) < 1e-12, "R2 is not the published one") AS r2,
  ml_assert(abs(explained_variance / 0.8723772534253441 - 1) < 1e-12, "the explained variance is not the published one") AS ev
FROM ML.EVALUATE(MODEL `bqml_tutorial.penguins_model`, (SELECT * FROM `penguins` WHERE body_mass_g IS NOT NULL));

# Fewer than 500 rows: all were trained on, so that without data the same figures are reported.
SELECT ml_assert(abs(mean_absolute_error / 227.01223667447218 - 1) < 1e-12, "rows were held out") AS all_rows
FROM ML.EVALUATE(MODEL bqml_tutorial.penguins_model);

# Published for the rows without gaps, of the model that was trained on all.
SELECT
  ml_assert(abs(mean_absolute_error - 225.817334) < 1e-6, "the mean absolute error is not the published one") AS mae,
  ml_assert(abs(mean_squared_error - 80540.705944) < 1e-6, "the mean squared error is not the published one") AS mse
FROM ML.EVALUATE(MODEL `bqml_tutorial.penguins_model`, (SELECT * FROM `penguins` WHERE body_mass_g IS NOT NULL AND sex IS NOT NULL));
