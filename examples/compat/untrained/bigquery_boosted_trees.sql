-- A script of BigQuery ML as it would run there: who earns more than 50,000? Boosted trees are not trained here yet.
SET datafusion.sql_parser.dialect = 'bigquery';

CREATE OR REPLACE MODEL `census.income_trees`
OPTIONS (
  MODEL_TYPE = 'BOOSTED_TREE_CLASSIFIER',
  BOOSTER_TYPE = 'GBTREE',
  NUM_PARALLEL_TREE = 1,
  MAX_ITERATIONS = 50,
  TREE_METHOD = 'HIST',
  EARLY_STOP = FALSE,
  SUBSAMPLE = 0.85,
  COLSAMPLE_BYTREE = 0.8,
  MAX_TREE_DEPTH = HPARAM_RANGE(3, 8),
  LEARN_RATE = HPARAM_CANDIDATES([0.1, 0.3]),
  NUM_TRIALS = 6,
  HPARAM_TUNING_OBJECTIVES = ['ROC_AUC'],
  AUTO_CLASS_WEIGHTS = TRUE,
  ENABLE_GLOBAL_EXPLAIN = TRUE,
  DATA_SPLIT_METHOD = 'RANDOM',
  DATA_SPLIT_EVAL_FRACTION = 0.2,
  INPUT_LABEL_COLS = ['income_bracket']
) AS
SELECT age, workclass, education_num, occupation, hours_per_week, income_bracket
FROM `census.people`
WHERE dataframe = 'training';

SELECT * FROM ML.EVALUATE(MODEL `census.income_trees`, (SELECT * FROM `census.people` WHERE dataframe = 'evaluation'));
SELECT * FROM ML.FEATURE_IMPORTANCE(MODEL `census.income_trees`) ORDER BY importance_gain DESC;

-- What it ends in, said by the program:
-- > examples/compat/untrained/bigquery_boosted_trees.sql, statement 2 of 4, line 4:
-- > error: MODEL_TYPE 'BOOSTED_TREE_CLASSIFIER' is not supported
-- >  --> statement:6:16
-- >   |
-- > 6 |   MODEL_TYPE = 'BOOSTED_TREE_CLASSIFIER',
-- >   |                ^^^^^^^^^^^^^^^^^^^^^^^^^
-- >   |
-- >   = help: LINEAR_REG and LOGISTIC_REG can be trained now
