CREATE OR REPLACE MODEL m OPTIONS (model_type = 'linear_reg', input_label_cols = ['height']) AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL ds.m OPTIONS (model_type = 'linear_reg', input_label_cols = ['height']) AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `ds.m` OPTIONS (model_type = 'linear_reg', input_label_cols = ['height']) AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `p-1.ds.m` OPTIONS (model_type = 'linear_reg', input_label_cols = ['height']) AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `p-1`.ds.m OPTIONS (model_type = 'linear_reg', input_label_cols = ['height']) AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL ds.`m` OPTIONS (model_type = 'linear_reg', input_label_cols = ['height']) AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL p-1.ds.m OPTIONS (model_type = 'linear_reg', input_label_cols = ['height']) AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `p-1`.`ds`.`m` OPTIONS (model_type = 'linear_reg', input_label_cols = ['height']) AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL p-1-22.ds.m_2 OPTIONS (model_type = 'linear_reg', input_label_cols = ['height']) AS SELECT * FROM garden.plants
-- next --
CREATE MODEL
  `garden.growth`
OPTIONS
  ( model_type='LINEAR_REG' ) AS
SELECT height AS label, species FROM `garden.plants`
-- next --
create model
  `garden.growth`
OPTIONS
  ( model_type='LINEAR_REG' ) AS
SELECT height AS label, species FROM `garden.plants`
-- next --
CREATE MODEL IF NOT EXISTS
  `garden.growth`
OPTIONS
  ( model_type='LINEAR_REG' ) AS
SELECT height AS label, species FROM `garden.plants`
-- next --
create or replace model
  `garden.growth`
OPTIONS
  ( model_type='LINEAR_REG' ) AS
SELECT height AS label, species FROM `garden.plants`
-- next --
EXPLAIN CREATE MODEL
  `garden.growth`
OPTIONS
  ( model_type='LINEAR_REG' ) AS
SELECT height AS label, species FROM `garden.plants`
-- next --
Create Or Replace Model
  `garden.growth`
OPTIONS
  ( model_type='LINEAR_REG' ) AS
SELECT height AS label, species FROM `garden.plants`
-- next --
#standardSQL
CREATE MODEL garden.growth # it's the first
-- and more
OPTIONS(model_type='linear_reg' /* kind */, # and
 labels=['height'] -- label
) AS SELECT * FROM garden.plants;
-- next --
CREATE MODEL garden.growth OPTIONS(MODEL_TYPE="linear_reg",LABELS=["height"])AS(SELECT * FROM garden.plants)
-- next --
CREATE MODEL garden.growth OPTIONS (model_type = 'linear_reg',) AS WITH tall AS (SELECT * FROM garden.plants WHERE height > 3) SELECT * EXCEPT (id), FROM tall
-- next --
CREATE MODEL garden.growth OPTIONS (model_type = 'linear_reg') AS (WITH a AS (SELECT 1 AS x, 2 AS label) SELECT * FROM a)
-- next --
CREATE MODEL garden.growth OPTIONS (model_type = r'linear_reg') AS SELECT height AS label, REGEXP_CONTAINS(name, r'\d+') AS numbered, '''tri'ple''' AS t, """do"uble""" AS d, 'it\'s' AS i, "it's" AS j, 'a\\b\n' AS k FROM garden.plants
-- next --
CREATE MODEL garden.growth OPTIONS (model_type = 'linear_reg') AS SELECT * EXCEPT(a, b) REPLACE (c + 1 AS c) FROM garden.plants
-- next --
CREATE MODEL garden.growth OPTIONS (model_type = 'linear_reg') AS SELECT IF(a > 1, 'x', "y") AS kind, CAST(b AS STRING) AS b, SAFE_DIVIDE(c, d) AS q, EXTRACT(DAYOFWEEK FROM day) AS dow, label FROM `p-1.garden.plants`
-- next --
CREATE MODEL garden.growth OPTIONS (model_type = 'linear_reg') AS SELECT a, label FROM p-1.garden.plants WHERE MOD(ABS(FARM_FINGERPRINT(CAST(id AS STRING))), 10) < 8
-- next --
CREATE MODEL garden.growth OPTIONS (model_type = 'linear_reg') AS SELECT a, label FROM `garden.plants_*` WHERE _TABLE_SUFFIX BETWEEN '20250101' AND '20250131'
-- next --
CREATE MODEL garden.growth OPTIONS (model_type = 'linear_reg') AS SELECT * FROM ML.PREDICT(MODEL `garden.other`, TABLE garden.plants)
-- next --
CREATE MODEL garden.growth AS SELECT 1 AS label, 2 AS x
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  input_label_cols=['height'],
  data_split_method='NO_SPLIT'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  input_label_cols=['height'],
  DATA_SPLIT_METHOD='RANDOM',
  data_split_eval_fraction=0.2
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  input_label_cols=['height'],
  data_split_method='custom',
  data_split_col='is_test'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  input_label_cols=['height'],
  data_split_method='SEQ',
  data_split_col='planted',
  data_split_eval_fraction=.1
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  input_label_cols=['height'],
  data_split_method='AUTO_SPLIT'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  l2_reg=1e-3,
  max_iterations=50,
  early_stop=TRUE,
  min_rel_progress=0.005
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  l1_reg=0.1,
  l2_reg=+0.1,
  optimize_strategy='batch_gradient_descent'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  ls_init_learn_rate=0.15,
  learn_rate_strategy='line_search'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  learn_rate_strategy='CONSTANT',
  learn_rate=.05
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  calculate_p_values=true,
  category_encoding_method='DUMMY_ENCODING'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  fit_intercept=False,
  enable_global_explain=TRUE,
  warm_start=false
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  num_trials=10,
  max_parallel_trials=2,
  l2_reg=HPARAM_RANGE(0, 20),
  hparam_tuning_objectives=['r2_score']
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  num_trials=4,
  l1_reg=hparam_candidates([0, 0.1, 1.0, 10]),
  hparam_tuning_algorithm='GRID_SEARCH'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='linear_reg',
  model_registry='vertex_ai',
  vertex_ai_model_id='growth',
  vertex_ai_model_version_aliases=['a', 'b'],
  kms_key_name='k'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='LOGISTIC_REG',
  input_label_cols=['blooms'],
  auto_class_weights=TRUE
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='LOGISTIC_REG',
  labels=['blooms'],
  class_weights=[('yes', 0.7), ('no', 0.3)]
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='LOGISTIC_REG',
  class_weights=[STRUCT('yes', 0.7), STRUCT('no', 0.3)]
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='LOGISTIC_REG',
  class_weights=[STRUCT('yes' AS label, 2 AS weight), STRUCT('no', 1)]
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='LOGISTIC_REG',
  class_weights=[STRUCT<STRING, FLOAT64>('yes', 2), ('no', 1)]
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='LOGISTIC_REG',
  max_iterations=15,
  l2_reg=0,
  data_split_method='no_split'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='LOGISTIC_REG',
  num_trials=20,
  l1_reg=HPARAM_RANGE(0, 5),
  l2_reg=HPARAM_RANGE(0, 5),
  hparam_tuning_objectives=['roc_auc']
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='LOGISTIC_REG',
  data_split_eval_fraction=CAST('0.2' AS FLOAT64)
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='LOGISTIC_REG',
  l2_reg=-1.5
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='boosted_tree_classifier',
  booster_type='GBTREE',
  num_parallel_tree=1,
  max_iterations=50,
  tree_method='HIST',
  early_stop=FALSE,
  subsample=0.85,
  input_label_cols=['blooms']
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='boosted_tree_classifier',
  booster_type='DART',
  dart_normalize_type='FOREST',
  dropout=0.1,
  max_tree_depth=6,
  min_tree_child_weight=2,
  min_split_loss=0.1
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='boosted_tree_classifier',
  colsample_bytree=.8,
  colsample_bylevel=.9,
  colsample_bynode=1.0,
  learn_rate=0.1,
  l1_reg=0.1,
  l2_reg=1,
  xgboost_version='1.1'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='boosted_tree_classifier',
  num_trials=8,
  max_tree_depth=hparam_range(3, 10),
  booster_type=hparam_candidates(['GBTREE', 'DART']),
  learn_rate=HPARAM_RANGE(0.01, 0.3)
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='boosted_tree_classifier',
  instance_weight_col='w',
  approx_global_feature_contrib=TRUE,
  enable_global_explain=TRUE
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='boosted_tree_regressor',
  category_encoding_method='TARGET_ENCODING',
  input_label_cols=['height']
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='RANDOM_FOREST_CLASSIFIER',
  num_parallel_tree=100,
  max_tree_depth=15,
  colsample_bynode=0.8,
  input_label_cols=['blooms']
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='random_forest_regressor',
  tree_method='HIST',
  subsample=0.8
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='DNN_CLASSIFIER',
  hidden_units=[128, 64, 32],
  activation_fn='RELU',
  batch_size=16,
  dropout=0.1,
  optimizer='ADAM',
  learn_rate=0.001
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='dnn_regressor',
  hidden_units=hparam_candidates([STRUCT([32, 16]), STRUCT([64])]),
  num_trials=3
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='DNN_LINEAR_COMBINED_CLASSIFIER',
  hidden_units=[16],
  optimizer=['FTRL', 'ADAGRAD'],
  tf_version='2.8.0'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='dnn_linear_combined_regressor',
  integrated_gradients_num_steps=20
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='AUTOML_REGRESSOR',
  budget_hours=1.5,
  optimization_objective='MINIMIZE_RMSE',
  input_label_cols=['height']
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='automl_classifier',
  optimization_objective=STRUCT('MAXIMIZE_PRECISION_AT_RECALL', 0.3)
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='KMEANS',
  num_clusters=4,
  kmeans_init_method='KMEANS++',
  distance_type='COSINE',
  standardize_features=true
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='kmeans',
  kmeans_init_method='custom',
  kmeans_init_col='is_centre'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='kmeans',
  num_trials=5,
  num_clusters=HPARAM_RANGE(2, 10),
  hparam_tuning_objectives=['davies_bouldin_index']
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='PCA',
  num_principal_components=3,
  scale_features=FALSE,
  pca_solver='AUTO'
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='pca',
  pca_explained_variance_ratio=0.9
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='AUTOENCODER',
  activation_fn='tanh',
  hidden_units=[32, 8, 32],
  l1_reg_activation=0.01
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='MATRIX_FACTORIZATION',
  feedback_type='IMPLICIT',
  user_col='gardener',
  item_col='plant',
  rating_col='stars',
  num_factors=16,
  wals_alpha=30,
  l2_reg=9.8
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='ARIMA_PLUS',
  time_series_timestamp_col='day',
  time_series_data_col='rain',
  time_series_id_col='station',
  auto_arima=TRUE,
  data_frequency='AUTO_FREQUENCY',
  decompose_time_series=TRUE
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='arima_plus',
  time_series_timestamp_col='day',
  time_series_data_col='rain',
  time_series_id_col=['station', 'gauge'],
  horizon=30,
  holiday_region='US',
  clean_spikes_and_dips=true,
  seasonalities=['WEEKLY', 'YEARLY']
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='arima_plus',
  time_series_timestamp_col='day',
  time_series_data_col='rain',
  non_seasonal_order=(2, 1, 2),
  auto_arima=FALSE,
  include_drift=TRUE,
  forecast_limit_lower_bound=0,
  trend_smoothing_window_size=7
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='ARIMA_PLUS_XREG',
  time_series_timestamp_col='day',
  time_series_data_col='rain',
  l2_reg=0.1
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='arima',
  time_series_timestamp_col='day',
  time_series_data_col='rain',
  hierarchical_time_series_cols=['land', 'town'],
  min_time_series_length=10,
  time_series_length_fraction=0.5
) AS
SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL `garden.m`
OPTIONS(
  model_type='CONTRIBUTION_ANALYSIS',
  contribution_metric='SUM(rain)',
  dimension_id_cols=['town'],
  is_test_col='after',
  min_apriori_support=0.01
) AS
SELECT * FROM garden.plants
-- next --
CREATE MODEL garden.rain OPTIONS (model_type = 'ARIMA_PLUS', time_series_timestamp_col = 'day', time_series_data_col = 'rain', holiday_region = ['US', 'GB']) AS (training_data AS (SELECT day, rain FROM garden.weather), custom_holiday AS (SELECT 'US' AS region, 'Planting' AS holiday_name, DATE '2025-04-01' AS primary_date, 1 AS preholiday_days, 2 AS postholiday_days))
-- next --
CREATE OR REPLACE MODEL garden.taken OPTIONS (model_type='tensorflow', model_path='gs://seeds/model/*')
-- next --
CREATE OR REPLACE MODEL garden.taken OPTIONS (MODEL_TYPE='ONNX', MODEL_PATH="gs://seeds/m.onnx")
-- next --
CREATE OR REPLACE MODEL garden.taken OPTIONS (model_type='TENSORFLOW_LITE', model_path='gs://seeds/m.tflite')
-- next --
CREATE OR REPLACE MODEL garden.taken INPUT (f0 FLOAT64, f1 ARRAY<FLOAT64>, f2 STRING) OUTPUT (p FLOAT64) OPTIONS (model_type='XGBOOST', model_path='gs://seeds/m.bst')
-- next --
CREATE OR REPLACE MODEL garden.taken OPTIONS(model_type='transform_only') AS SELECT 1 AS x
-- next --
CREATE OR REPLACE MODEL `garden.far`
REMOTE WITH CONNECTION `us.a_connection` OPTIONS (endpoint = 'a-model')
-- next --
CREATE OR REPLACE MODEL `garden.far`
REMOTE WITH CONNECTION DEFAULT OPTIONS (ENDPOINT = 'a-model')
-- next --
CREATE OR REPLACE MODEL `garden.far`
REMOTE WITH CONNECTION `p-1.us.a_connection`
OPTIONS (remote_service_type = 'CLOUD_AI_NATURAL_LANGUAGE_V1')
-- next --
CREATE OR REPLACE MODEL `garden.far`
REMOTE WITH CONNECTION p-1.us.a_connection OPTIONS (endpoint='https://x.example/v1')
-- next --
CREATE OR REPLACE MODEL `garden.far`
INPUT (a INT64, b STRING) OUTPUT (c ARRAY<FLOAT64>) REMOTE WITH CONNECTION us.c OPTIONS (endpoint = 'e')
-- next --
CREATE OR REPLACE MODEL `garden.far`
OUTPUT (c STRUCT<x FLOAT64, y STRING>) REMOTE WITH CONNECTION us.c OPTIONS (endpoint = 'e')
-- next --
CREATE OR REPLACE MODEL `garden.far`
REMOTE WITH CONNECTION us.c OPTIONS (endpoint = 'tuned', max_iterations = 300, prompt_col = 'p', input_label_cols = ['l']) AS SELECT p, l FROM garden.texts
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(*)
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(a, label)
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(* EXCEPT (id))
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(* EXCEPT(id), ML.BUCKETIZE(height, [1, 2.5, 9]) AS bucket)
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(ML.STANDARD_SCALER(a) OVER() AS a, label)
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(ML.MIN_MAX_SCALER(a) OVER () AS a, ML.QUANTILE_BUCKETIZE(b, 4) OVER() AS b, ML.IMPUTER(c, 'mean') OVER () AS c, label,)
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(ML.FEATURE_CROSS(STRUCT(a, b)) AS ab, label)
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(ML.POLYNOMIAL_EXPAND(STRUCT(a, b), 2) AS p, ML.ONE_HOT_ENCODER(k, 'most_frequent', 10, 0) OVER () AS k, label)
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(a + b AS s, IF(c > 1, 'x', "y") AS k, EXTRACT(MONTH FROM day) AS m, CAST(d AS STRING) AS d, label)
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(* REPLACE (a * 2 AS a))
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE OR REPLACE MODEL garden.t
TRANSFORM(ML.NGRAMS(SPLIT(text, ' '), [1, 2]) AS n, ML.LABEL_ENCODER(k) OVER() AS k, ML.ROBUST_SCALER(r) OVER() AS r, ML.MAX_ABS_SCALER(q) OVER() AS q, label)
OPTIONS(model_type='linear_reg', input_label_cols=['label'])
AS SELECT * FROM garden.plants
-- next --
CREATE MODEL garden.t OPTIONS (model_type = 'linear_reg') TRANSFORM (a, label) AS SELECT a, label FROM garden.plants
-- next --
CREATE MODEL garden.t TRANSFORM (a, label) AS SELECT a, label FROM garden.plants
-- next --
CREATE MODEL garden.t -- a comment
# another
TRANSFORM( -- here
 a, # and here
 label /* and there */)
OPTIONS(model_type='linear_reg') AS SELECT 1 AS a, 2 AS label
-- next --
EXPORT MODEL `garden.growth` OPTIONS (URI = 'gs://seeds/growth/')
-- next --
export model garden.growth options(uri="gs://seeds/growth")
-- next --
EXPORT MODEL p-1.garden.growth OPTIONS(URI='growth.dfml',);
-- next --
ALTER MODEL garden.growth SET OPTIONS (description = 'heights')
-- next --
ALTER MODEL IF EXISTS `garden.growth` SET OPTIONS (labels = [('team', 'green'), ("stage", "test")], friendly_name = 'it\'s')
-- next --
ALTER MODEL garden.growth SET OPTIONS (expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 7 DAY))
-- next --
ALTER MODEL garden.growth SET OPTIONS (expiration_timestamp = NULL, labels = [STRUCT('a', 'b')])
-- next --
ALTER MODEL garden.growth SET OPTIONS (vertex_ai_model_id = 'x', deploy_model = TRUE, endpoint_idle_ttl = INTERVAL 1 DAY)
