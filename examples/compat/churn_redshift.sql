-- A script of Redshift ML as it would run there: who is about to leave?
-- Run it from the root of the project: cargo ml -f examples/compat/churn_redshift.sql

CREATE EXTERNAL TABLE customer_activity STORED AS CSV LOCATION 'examples/data/telco_churn.csv' OPTIONS ('format.has_header' 'true');

DROP MODEL IF EXISTS customer_churn_model;

CREATE MODEL customer_churn_model
FROM (SELECT "SeniorCitizen", tenure, "Contract", "InternetService", "PaymentMethod", "MonthlyCharges", "Churn"
      FROM customer_activity)
TARGET "Churn"
FUNCTION predict_customer_churn
IAM_ROLE 'arn:aws:iam::123456789012:role/RedshiftML'
PROBLEM_TYPE BINARY_CLASSIFICATION
OBJECTIVE 'F1'
SETTINGS (
  s3_bucket 'a-bucket',        -- where training data would be put
  s3_garbage_collect off,
  max_runtime 1800
);

SHOW MODEL customer_churn_model;
SHOW MODEL ALL;

GRANT EXECUTE ON MODEL customer_churn_model TO PUBLIC;

WITH inferred AS (
  SELECT "Churn", predict_customer_churn("SeniorCitizen", tenure, "Contract", "InternetService", "PaymentMethod", "MonthlyCharges")::varchar(6) AS predicted
  FROM customer_activity
)
SELECT "Churn", predicted, count(*) FROM inferred GROUP BY 1, 2 ORDER BY 1, 2;

-- What has to hold, or this script fails.
SELECT
  ml_assert(roc_auc >= 0.83, 'the model tells leavers from stayers worse than it did') AS auc,
  ml_assert(f1_score >= 0.6, 'the threshold is not a good one for F1') AS f1
FROM ml_evaluate('customer_churn_model');

REVOKE EXECUTE ON MODEL customer_churn_model FROM PUBLIC;
DROP MODEL customer_churn_model;
