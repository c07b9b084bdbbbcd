-- A script of Redshift ML as it would run there: customers in five groups. K-means is not trained here yet.
CREATE EXTERNAL TABLE customer_activity STORED AS CSV LOCATION 'examples/data/telco_churn.csv' OPTIONS ('format.has_header' 'true');

CREATE MODEL customer_groups
FROM (SELECT tenure, "MonthlyCharges" FROM customer_activity)
FUNCTION fn_customer_group
IAM_ROLE default
AUTO OFF
MODEL_TYPE KMEANS
PREPROCESSORS '[{"ColumnSet": ["*"], "Transformers": ["NumericPassthrough"]}]'
HYPERPARAMETERS DEFAULT EXCEPT (K '5', EPOCHS '2', INIT_METHOD 'kmeans++')
SETTINGS (S3_BUCKET 'a-bucket');

SELECT fn_customer_group(tenure, "MonthlyCharges") AS customer_group, count(*), avg(tenure) FROM customer_activity GROUP BY 1;

-- What it ends in, said by the program:
-- > examples/compat/untrained/redshift_kmeans.sql, statement 2 of 3, line 4:
-- > error: MODEL_TYPE KMEANS is not supported
-- >  --> statement:9:12
-- >   |
-- > 9 | MODEL_TYPE KMEANS
-- >   |            ^^^^^^
-- >   |
-- >   = help: LINEAR_LEARNER can be trained now, for regression and classification
