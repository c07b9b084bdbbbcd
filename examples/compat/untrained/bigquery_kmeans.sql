#standardSQL
# A script of BigQuery ML as it would run there: which bike stations are alike? K-means is not trained here yet.
SET datafusion.sql_parser.dialect = 'bigquery';

CREATE OR REPLACE MODEL `my-project.bikes.station_groups`
OPTIONS (
  model_type = 'kmeans',
  num_clusters = 4,
  kmeans_init_method = 'KMEANS++',
  distance_type = 'euclidean',
  standardize_features = TRUE, # rides and metres are not of one size
  max_iterations = 30,
  early_stop = TRUE
) AS
WITH rides AS (
  SELECT
    start_station_name AS station,
    IF(EXTRACT(DAYOFWEEK FROM start_date) IN (1, 7), "weekend", "weekday") AS kind_of_day,
    duration
  FROM `my-project.bikes.cycle_hire`
)
SELECT kind_of_day, COUNT(*) AS n_rides, AVG(duration) AS mean_duration
FROM rides
GROUP BY station, kind_of_day;

SELECT * FROM ML.CENTROIDS(MODEL `my-project.bikes.station_groups`) ORDER BY centroid_id;

SELECT * EXCEPT (nearest_centroids_distance)
FROM ML.PREDICT(MODEL `my-project.bikes.station_groups`, TABLE `my-project.bikes.stations`);

-- What it ends in, said by the program:
-- > examples/compat/untrained/bigquery_kmeans.sql, statement 2 of 4, line 5:
-- > error: MODEL_TYPE 'kmeans' is not supported
-- >  --> statement:7:16
-- >   |
-- > 7 |   model_type = 'kmeans',
-- >   |                ^^^^^^^^
-- >   |
-- >   = help: LINEAR_REG and LOGISTIC_REG can be trained now
