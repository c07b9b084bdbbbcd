-- A script of Redshift ML as it would run there: a network with the preprocessing said. It is not trained here yet.
CREATE EXTERNAL TABLE customer_activity STORED AS CSV LOCATION 'examples/data/telco_churn.csv' OPTIONS ('format.has_header' 'true');

CREATE MODEL churn_mlp
FROM (SELECT tenure, "Contract", "MonthlyCharges", "Churn" FROM customer_activity)
TARGET "Churn"
FUNCTION fn_churn_mlp
IAM_ROLE default
MODEL_TYPE MLP
PROBLEM_TYPE BINARY_CLASSIFICATION
OBJECTIVE 'AUC'
PREPROCESSORS '[
  {"ColumnSet": ["tenure", "MonthlyCharges"], "Transformers": ["Imputer", "StandardScaler"]},
  {"ColumnSet": ["Contract"], "Transformers": ["OneHotEncoder"]}
]'
SETTINGS (S3_BUCKET 'a-bucket', MAX_CELLS 2000000, TAGS 'team=growth,stage=trial');

SHOW MODEL churn_mlp;

-- What it ends in, said by the program:
-- > examples/compat/untrained/redshift_mlp.sql, statement 2 of 3, line 4:
-- > error: MODEL_TYPE MLP is not supported
-- >  --> statement:9:12
-- >   |
-- > 9 | MODEL_TYPE MLP
-- >   |            ^^^
-- >   |
-- >   = help: LINEAR_LEARNER can be trained now, for regression and classification
