SELECT * FROM ML.EVALUATE(MODEL `garden.growth`)
-- next --
SELECT * FROM ML.EVALUATE(MODEL garden.growth, TABLE garden.plants)
-- next --
SELECT * FROM ML.EVALUATE(MODEL `a-project.garden.growth`, (SELECT * FROM `a-project.garden.plants` WHERE "north" = side));
-- next --
SELECT * FROM ML.EVALUATE(MODEL a-project.garden.growth, (WITH p AS (SELECT * FROM garden.plants) SELECT * FROM p))
-- next --
SELECT * FROM ML.EVALUATE(MODEL a-project-12.garden.growth, TABLE `a-project-12`.garden.plants, STRUCT(0.55 AS threshold));
-- next --
select predicted_height from ml.predict(model `garden.growth`, (select * from garden.plants))
-- next --
#standardSQL
SELECT
  species, # which one
  predicted_bloom,
  predicted_bloom_probs,  # both
FROM ML.PREDICT(MODEL `garden.bloom`, (SELECT * FROM garden.plants WHERE species = "rose"), STRUCT(0.4 AS threshold))
-- next --
SELECT p.predicted_bloom, prob.label, prob.prob FROM ML.PREDICT(MODEL garden.bloom, TABLE garden.plants) AS p, UNNEST(predicted_bloom_probs) AS prob
-- next --
SELECT predicted_bloom_probs[OFFSET(0)].prob FROM ML.PREDICT(MODEL `garden.bloom`, TABLE garden.plants) p ORDER BY 1 DESC LIMIT 5
-- next --
SELECT * FROM ML.ROC_CURVE(MODEL `garden.bloom`)
-- next --
SELECT * FROM ML.ROC_CURVE(MODEL `garden.bloom`, TABLE garden.plants, GENERATE_ARRAY(0.1, 0.9, 0.2))
-- next --
SELECT * FROM ML.ROC_CURVE(MODEL `garden.bloom`, (SELECT * FROM garden.plants), [0.1, 0.5])
-- next --
SELECT *, round(recall, 3) FROM ML.ROC_CURVE(MODEL garden.bloom) WHERE false_positive_rate < 0.2
-- next --
SELECT * FROM ML.CONFUSION_MATRIX(MODEL garden.bloom, TABLE garden.plants, STRUCT(0.5 AS threshold))
-- next --
SELECT * FROM ML.WEIGHTS(MODEL `garden.growth`, STRUCT(true AS standardize))
-- next --
SELECT category, weight FROM UNNEST((SELECT category_weights FROM ML.WEIGHTS(MODEL `garden.growth`) WHERE processed_input = 'species'))
-- next --
SELECT * FROM ML.ADVANCED_WEIGHTS(MODEL garden.growth, STRUCT(TRUE AS standardize))
-- next --
SELECT * FROM ML.FEATURE_INFO(MODEL garden.growth)
-- next --
SELECT iteration, loss, eval_loss FROM ML.TRAINING_INFO(MODEL `garden.growth`) ORDER BY iteration
-- next --
SELECT * FROM ML.TRIAL_INFO(MODEL garden.growth)
-- next --
SELECT * FROM ML.EXPLAIN_PREDICT(MODEL `garden.growth`, (SELECT * FROM garden.plants LIMIT 3), STRUCT(3 AS top_k_features))
-- next --
SELECT * FROM ML.GLOBAL_EXPLAIN(MODEL garden.bloom, STRUCT(TRUE AS class_level_explain))
-- next --
SELECT * FROM ML.CENTROIDS(MODEL `garden.kinds`)
-- next --
SELECT * FROM ML.FORECAST(MODEL `garden.rain`, STRUCT(30 AS horizon, 0.8 AS confidence_level))
-- next --
SELECT * FROM ML.RECOMMEND(MODEL garden.liked)
-- next --
SELECT * FROM ML.FEATURE_IMPORTANCE(MODEL garden.trees)
-- next --
SELECT * FROM ML.DETECT_ANOMALIES(MODEL `garden.kinds`, STRUCT(0.02 AS contamination), TABLE garden.plants)
-- next --
SELECT * FROM ML.TRANSFORM(MODEL garden.growth, TABLE garden.plants)
-- next --
SELECT ML.BUCKETIZE(height, [10, 20, 30]) AS bucket, ML.STANDARD_SCALER(height) OVER () AS scaled FROM garden.plants
-- next --
SELECT a.r2_score - b.r2_score AS better FROM ML.EVALUATE(MODEL garden.growth) AS a CROSS JOIN ML.EVALUATE(MODEL garden.growth_2) AS b
-- next --
SELECT 'one' AS which, * FROM ML.EVALUATE(MODEL garden.growth) UNION ALL SELECT "two", * FROM ML.EVALUATE(MODEL garden.growth_2)
-- next --
SELECT * EXCEPT (id), height * 2 AS twice, FROM garden.plants
-- next --
CREATE OR REPLACE TABLE garden.predicted AS SELECT * FROM ML.PREDICT(MODEL garden.growth, TABLE garden.plants)
-- next --
WITH p AS (SELECT * FROM ML.PREDICT(MODEL `garden.growth`, (SELECT * FROM ML.PREDICT(MODEL garden.bloom, TABLE garden.plants)))) SELECT AVG(predicted_height) FROM p
-- next --
SELECT IF(predicted_bloom = "yes", 1, 0) AS blooms, SAFE_CAST(height AS FLOAT64) FROM ML.PREDICT(MODEL garden.bloom, TABLE garden.plants)
-- next --
DROP MODEL `a-project.garden.growth`
-- next --
DROP MODEL IF EXISTS a-project.garden.growth;
-- next --
# remove it
drop model if exists `a-project`.garden.`growth`
-- next --
ALTER MODEL garden.growth SET OPTIONS (description = "heights, in cm")
-- next --
SELECT * FROM ML.PREDICT(MODEL garden.bloom, TABLE garden.plants, STRUCT(0.236))
-- next --
SELECT * FROM ML.PREDICT(MODEL garden.bloom, TABLE garden.plants, STRUCT(0.5 AS threshold, FALSE AS keep_original_columns, 2 AS trial_id))
-- next --
SELECT p.id, q.predicted_bloom FROM ML.PREDICT(MODEL garden.growth, TABLE garden.plants) p JOIN ML.PREDICT(MODEL garden.bloom, TABLE garden.plants) AS q ON p.id = q.id, garden.beds
-- next --
SELECT roc_auc, CASE WHEN roc_auc > .9 THEN "good" WHEN roc_auc > .8 THEN 'fair' ELSE 'poor' END AS quality FROM ML.EVALUATE(MODEL `garden.bloom`, (SELECT * FROM garden.plants), STRUCT(0.55))
-- next --
SELECT prompt, ml_generate_text_result FROM ML.GENERATE_TEXT(MODEL garden.far, (SELECT CONCAT('Describe ', name) AS prompt FROM garden.plants), STRUCT(0.2 AS temperature, 100 AS max_output_tokens, TRUE AS flatten_json_output))
-- next --
SELECT * FROM ML.GENERATE_EMBEDDING(MODEL garden.far, TABLE garden.texts, STRUCT('SEMANTIC_SIMILARITY' AS task_type))
-- next --
SELECT * FROM ML.EXPLAIN_FORECAST(MODEL `garden.rain`, STRUCT(30 AS horizon, 0.9 AS confidence_level)) WHERE time_series_type = "forecast"
-- next --
SELECT * FROM ML.ARIMA_EVALUATE(MODEL garden.rain, STRUCT(FALSE AS show_all_candidate_models))
-- next --
SELECT * FROM ML.ARIMA_COEFFICIENTS(MODEL garden.rain)
-- next --
SELECT * FROM ML.PRINCIPAL_COMPONENTS(MODEL garden.axes) ORDER BY principal_component_id, feature
-- next --
SELECT * FROM ML.RECONSTRUCTION_LOSS(MODEL garden.squeezed, TABLE garden.plants)
-- next --
SELECT * FROM ML.VALIDATE_DATA_DRIFT(TABLE garden.before, TABLE garden.after, STRUCT(0.3 AS numerical_default_threshold))
-- next --
SELECT ML.DECODE_IMAGE(data) AS image, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) FROM garden.pictures
-- next --
SELECT ML.IMPUTER(height, 'median') OVER() AS h, ML.QUANTILE_BUCKETIZE(height, 4) OVER () AS q, ML.NGRAMS(SPLIT(name, ' '), [1, 2], '-') AS n, ML.NORMALIZER([height, width], 2.0) AS v FROM garden.plants
-- next --
SELECT ML.MIN_MAX_SCALER(height) OVER() AS s, ML.MULTI_HOT_ENCODER(tags, 10, 1) OVER () AS t, ML.FEATURE_CROSS(STRUCT(a, b, c), 2) AS ab FROM garden.plants
-- next --
SELECT trial_id, hyperparameters.l2_reg, hparam_tuning_evaluation_metrics.roc_auc FROM ML.TRIAL_INFO(MODEL garden.bloom) WHERE is_optimal
-- next --
SELECT * FROM ML.EVALUATE(MODEL garden.bloom, TABLE garden.plants, STRUCT(0.5 AS threshold, 1 AS trial_id))
-- next --
EXPORT MODEL garden.growth OPTIONS(URI = 'gs://seeds/growth', TRIAL_ID = 2)
-- next --
SELECT * FROM ML.PREDICT(MODEL garden.bloom, SELECT * FROM garden.plants WHERE height > 2)
-- next --
SELECT * FROM ML.EVALUATE(MODEL `garden.bloom`,
  SELECT species, height, bloom FROM garden.plants ORDER BY height, STRUCT(0.55 AS threshold))
-- next --
SELECT * FROM ML.ROC_CURVE(MODEL garden.bloom, WITH p AS (SELECT * FROM garden.plants) SELECT * FROM p, GENERATE_ARRAY(0.1, 0.9, 0.2))
-- next --
SELECT v.id, hits.page.path, place FROM garden.visits AS v, UNNEST(v.hits) AS hits WITH OFFSET AS place WHERE hits.type = "PAGE"
-- next --
SELECT id, tag FROM garden.plants LEFT JOIN UNNEST(tags) AS tag
-- next --
SELECT id, (SELECT MAX(prob) FROM UNNEST(predicted_bloom_probs)), (SELECT label FROM UNNEST(predicted_bloom_probs) ORDER BY prob DESC LIMIT 1) FROM ML.PREDICT(MODEL garden.bloom, TABLE garden.plants)
-- next --
SELECT ARRAY(SELECT AS STRUCT label, prob FROM UNNEST(predicted_bloom_probs) WHERE prob > 0.1), EXISTS(SELECT 1 FROM UNNEST(predicted_bloom_probs) WHERE prob > 0.9) FROM ML.PREDICT(MODEL garden.bloom, TABLE garden.plants)
-- next --
SELECT * FROM UNNEST([STRUCT("rose" AS species, 2.5 AS height), STRUCT("fern", 1.5), ("moss", 0.1)])
-- next --
SELECT * FROM UNNEST(ARRAY<STRUCT<species STRING, height FLOAT64>>[("rose", 2.5), ("fern", 1.5)])
