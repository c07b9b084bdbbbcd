-- A script of Redshift ML as it would run there: boosted trees with chosen hyperparameters. They are not trained here yet.
CREATE EXTERNAL TABLE customer_activity STORED AS CSV LOCATION 'examples/data/telco_churn.csv' OPTIONS ('format.has_header' 'true');

DROP MODEL IF EXISTS churn_xgboost;

CREATE MODEL churn_xgboost
FROM (SELECT "SeniorCitizen", tenure, "MonthlyCharges", CASE WHEN "Churn" = 'Yes' THEN 1 ELSE 0 END AS churned FROM customer_activity)
TARGET churned
FUNCTION fn_churn_xgboost
IAM_ROLE 'arn:aws:iam::123456789012:role/RedshiftML'
AUTO OFF
MODEL_TYPE XGBOOST
OBJECTIVE 'binary:logistic'
PREPROCESSORS 'none'
HYPERPARAMETERS DEFAULT EXCEPT (
  NUM_ROUND '100',   -- trees
  ETA '0.2',
  MAX_DEPTH '6',
  SUBSAMPLE '0.8'
)
SETTINGS (S3_BUCKET 'a-bucket', S3_GARBAGE_COLLECT OFF, MAX_RUNTIME 3600);

SELECT fn_churn_xgboost("SeniorCitizen", tenure, "MonthlyCharges") AS churned, count(*) FROM customer_activity GROUP BY 1;

-- What it ends in, said by the program:
-- > examples/compat/untrained/redshift_xgboost.sql, statement 3 of 4, line 6:
-- > error: MODEL_TYPE XGBOOST is not supported
-- >   --> statement:12:12
-- >    |
-- > 12 | MODEL_TYPE XGBOOST
-- >    |            ^^^^^^^
-- >    |
-- >    = help: LINEAR_LEARNER can be trained now, for regression and classification
