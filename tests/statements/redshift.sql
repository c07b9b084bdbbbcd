CREATE MODEL orders_late FROM orders TARGET late FUNCTION f_orders_late IAM_ROLE default SETTINGS (S3_BUCKET 'a-bucket');
-- next --
create model shop.orders_late
from (select weight, distance, carrier, late from shop.orders where placed < '2025-01-01')
target late
function shop.f_orders_late
iam_role 'arn:aws:iam::123456789012:role/ml'
settings (s3_bucket 'a-bucket', s3_garbage_collect off)
-- next --
CREATE MODEL m FROM(SELECT a,b,y FROM t)TARGET y FUNCTION f IAM_ROLE'arn:aws:iam::1:role/r'SETTINGS(S3_BUCKET'b');
-- next --
CREATE MODEL m FROM ( SELECT "default", "month" AS mon, y FROM "dev"."public"."loans" ) TARGET y FUNCTION f_loans IAM_ROLE DEFAULT SETTINGS ( S3_BUCKET 'b' );
-- next --
-- the first of three
CREATE MODEL m /* a comment */ FROM t TARGET y -- the label
FUNCTION f IAM_ROLE default
SETTINGS ( -- where to
  S3_BUCKET 'b', -- the bucket
  MAX_RUNTIME 1800 /* seconds */
);
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO ON SETTINGS (S3_BUCKET 'b', MAX_CELLS 500000);
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default PROBLEM_TYPE REGRESSION OBJECTIVE 'MSE' SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default PROBLEM_TYPE regression OBJECTIVE 'mse' SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default PROBLEM_TYPE (BINARY_CLASSIFICATION) OBJECTIVE ('F1') SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default PROBLEM_TYPE binary_classification OBJECTIVE 'AUC' SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default PROBLEM_TYPE MULTICLASS_CLASSIFICATION OBJECTIVE 'accuracy' SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default PROBLEM_TYPE MULTICLASS_CLASSIFICATION OBJECTIVE 'F1_Macro' SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default PROBLEM_TYPE MULTICLASS_CLASSIFICATION OBJECTIVE 'F1Macro' SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default PROBLEM_TYPE REGRESSION SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO ON PROBLEM_TYPE REGRESSION OBJECTIVE 'MSE' SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default MODEL_TYPE LINEAR_LEARNER PROBLEM_TYPE REGRESSION OBJECTIVE 'MSE' SETTINGS (S3_BUCKET 'b', MAX_RUNTIME 3600);
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default MODEL_TYPE linear_learner SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO OFF MODEL_TYPE LINEAR_LEARNER HYPERPARAMETERS DEFAULT EXCEPT (L2 '0.5') SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default MODEL_TYPE MLP PROBLEM_TYPE MULTICLASS_CLASSIFICATION OBJECTIVE 'Accuracy' SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default MODEL_TYPE XGBoost SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO OFF MODEL_TYPE XGBOOST OBJECTIVE 'binary:logistic' PREPROCESSORS 'none' HYPERPARAMETERS DEFAULT EXCEPT (NUM_ROUND '100') SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO OFF MODEL_TYPE XGBOOST OBJECTIVE 'multi:softmax' PREPROCESSORS 'none' HYPERPARAMETERS DEFAULT EXCEPT(NUM_ROUND '50', NUM_CLASS '7', ETA '0.2') SETTINGS(S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO OFF MODEL_TYPE XGBOOST OBJECTIVE 'reg:squarederror'
HYPERPARAMETERS DEFAULT
EXCEPT (
  NUM_ROUND '400',
  MAX_DEPTH '5',
  SUBSAMPLE '0.8', COLSAMPLE_BYTREE '0.7',
  LAMBDA '2', ALPHA '0.1', GAMMA '1', MIN_CHILD_WEIGHT '3'
)
PREPROCESSORS 'none'
SETTINGS (S3_BUCKET 'b', S3_GARBAGE_COLLECT ON);
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO OFF MODEL_TYPE XGBOOST OBJECTIVE 'reg:logistic' PREPROCESSORS 'none' HYPERPARAMETERS DEFAULT SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO OFF MODEL_TYPE XGBOOST OBJECTIVE 'rank:ndcg' PREPROCESSORS 'none' HYPERPARAMETERS DEFAULT EXCEPT (NUM_ROUND '10' ETA '0.3') SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM (SELECT x, z FROM stars) FUNCTION f_group IAM_ROLE default AUTO OFF MODEL_TYPE KMEANS PREPROCESSORS 'none' HYPERPARAMETERS DEFAULT EXCEPT (K '5') SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM (SELECT x, z FROM stars) FUNCTION f_group IAM_ROLE 'arn:aws:iam::1:role/r' AUTO OFF MODEL_TYPE KMEANS
PREPROCESSORS '[
    {
      "ColumnSet": [ "x", "z" ],
      "Transformers": [ "NumericPassthrough" ]
    }
]'
HYPERPARAMETERS DEFAULT EXCEPT (K '7')
SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t FUNCTION f IAM_ROLE default AUTO OFF MODEL_TYPE kmeans PREPROCESSORS '[{"ColumnSet":["*"],"Transformers":["StandardScaler"]}]' HYPERPARAMETERS DEFAULT EXCEPT (k '3', init_method 'kmeans++', epochs '2') SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET 'Gone' FUNCTION f IAM_ROLE default PROBLEM_TYPE binary_classification OBJECTIVE 'F1'
PREPROCESSORS '[{"ColumnSet":["age"],"Transformers":["Imputer","MinMax"]},{"ColumnSet":["plan"],"Transformers":["OneHotEncoder"]}]'
SETTINGS (S3_BUCKET 'b', TAGS 'team=data,stage', KMS_KEY_ID 'k');
-- next --
CREATE MODEL power FROM (SELECT meter, day, kwh FROM readings) TARGET kwh IAM_ROLE default AUTO ON MODEL_TYPE FORECAST OBJECTIVE 'AverageWeightedQuantileLoss' SETTINGS (S3_BUCKET 'b', HORIZON 14, FREQUENCY 'D', PERCENTILES '0.25,0.50,0.75,mean', S3_GARBAGE_COLLECT OFF);
-- next --
CREATE MODEL power FROM readings TARGET kwh IAM_ROLE 'arn:aws:iam::1:role/r' AUTO ON MODEL_TYPE FORECAST SETTINGS (S3_BUCKET 'b', HORIZON 4, FREQUENCY W);
-- next --
CREATE MODEL taken FROM 'training-job-2025-03' FUNCTION f_taken (int, float, varchar) RETURNS float IAM_ROLE default SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL taken FROM 's3://b/out/model.tar.gz' FUNCTION f_taken(int) RETURNS decimal(10,6) IAM_ROLE'arn:aws:iam::1:role/r' SETTINGS (S3_BUCKET 'b', KMS_KEY_ID 'k');
-- next --
CREATE MODEL taken FROM ('training-job') FUNCTION f_taken (
	int,
	double precision,
	character varying(12), boolean, decimal(10,2), date,
	timestamp
)
RETURNS int
IAM_ROLE default;
-- next --
CREATE MODEL far FUNCTION f_far (int) RETURNS int SAGEMAKER 'an-endpoint' IAM_ROLE default;
-- next --
CREATE MODEL far FUNCTION shop.f_far(varchar(64),int,int) RETURNS super SAGEMAKER'an-endpoint':'a-model' IAM_ROLE'arn:aws:iam::1:role/r';
-- next --
CREATE MODEL far FUNCTION f_far (float, float) RETURNS decimal(8,7) SAGEMAKER 'an-endpoint' IAM_ROLE default SETTINGS (MAX_BATCH_ROWS 100);
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION "F Odd" IAM_ROLE default SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL "Late Orders" FROM "Orders" TARGET "Late?" FUNCTION f IAM_ROLE default SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM (WITH recent AS (SELECT * FROM t WHERE d > '2025-01-01') SELECT a, y FROM recent) TARGET y FUNCTION f IAM_ROLE default SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM (SELECT a, CASE WHEN b > 3 THEN 'high' ELSE 'low' END AS y FROM t LEFT JOIN u ON t.id = u.id WHERE a IS NOT NULL GROUP BY 1, 2 ORDER BY 1 LIMIT 1000) TARGET y FUNCTION f IAM_ROLE default SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM (SELECT a::int, b::varchar(20), CAST(c AS decimal(10,2)), y FROM t UNION ALL SELECT a, b, c, y FROM u) TARGET y FUNCTION f IAM_ROLE default SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 1, FALSE_NEGATIVE_COST 5) SPLIT (KEY (id));
-- next --
CREATE OR REPLACE MODEL m FROM t TARGET y HYPERPARAMETERS DEFAULT EXCEPT (l1 '0.1', l2 (0.1, 1, 10), max_iterations 50);
-- next --
CREATE MODEL IF NOT EXISTS m FROM t TARGET y;
-- next --
EXPLAIN CREATE MODEL m FROM t TARGET y;
-- next --
SHOW MODEL orders_late;
-- next --
show model shop.orders_late
-- next --
SHOW MODEL ALL;
-- next --
SHOW MODELS
-- next --
DESCRIBE MODEL orders_late;
-- next --
DROP MODEL orders_late;
-- next --
DROP MODEL IF EXISTS shop.orders_late;
-- next --
drop model if exists "Late Orders"
-- next --
GRANT EXECUTE ON MODEL orders_late TO an_analyst;
-- next --
GRANT EXECUTE ON MODEL shop.orders_late, power TO GROUP analysts, ROLE planners;
-- next --
GRANT ALL ON MODEL orders_late TO PUBLIC;
-- next --
GRANT ALL PRIVILEGES ON MODEL orders_late TO an_analyst WITH GRANT OPTION;
-- next --
GRANT CREATE MODEL TO GROUP analysts;
-- next --
grant execute on model m to "A User";
-- next --
REVOKE EXECUTE ON MODEL orders_late FROM PUBLIC;
-- next --
REVOKE GRANT OPTION FOR EXECUTE ON MODEL orders_late FROM an_analyst CASCADE;
-- next --
REVOKE CREATE MODEL FROM ROLE planners RESTRICT;
-- next --
SELECT f_orders_late(weight, distance, carrier)::varchar(6) AS late, count(*) FROM shop.orders GROUP BY 1;
-- next --
SELECT shop.f_orders_late(weight, distance, carrier) FROM shop.orders WHERE placed >= '2025-01-01' LIMIT 10;
-- next --
WITH scored AS (SELECT late, f_orders_late(weight, distance, carrier) AS p FROM orders) SELECT sum(CASE WHEN late = p THEN 1 ELSE 0 END) * 1.0 / count(*) AS accuracy FROM scored;
-- next --
CREATE TABLE scored AS SELECT id, f_orders_late(weight, distance, carrier) AS p FROM orders;
-- next --
SELECT schema_name, model_name, model_state FROM stv_ml_model_info;
-- next --
SELECT * FROM svv_ml_model_privileges WHERE model_name = 'orders_late' ORDER BY identity;
-- next --
CREATE TABLE power_next AS SELECT FORECAST(power);
-- next --
SELECT explain_model('shop.orders_late');
-- next --
SELECT e['explanations']['kernel_shap']['label0']['global_shap_values'] FROM (SELECT explain_model('orders_late') AS e) AS t;
-- next --
SELECT f_orders_late_probabilities(weight, distance, carrier)['yes'] AS p, f_orders_late_prob(weight) AS q FROM orders;
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO ON MODEL_TYPE XGBOOST PROBLEM_TYPE BINARY_CLASSIFICATION OBJECTIVE 'F1' PREPROCESSORS '[{"ColumnSet":["*"],"Transformers":["ImputerWithIndicator","Normalizer"]},{"ColumnSet":["d"],"Transformers":["DateTimeVectorizer"]}]' SETTINGS (S3_BUCKET 'b', MAX_RUNTIME 7200, MAX_CELLS 1000000);
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default AUTO OFF MODEL_TYPE XGBOOST OBJECTIVE 'reg:tweedie' PREPROCESSORS 'none' HYPERPARAMETERS DEFAULT EXCEPT (NUM_ROUND '20', COLSAMPLE_BYLEVE '0.5', TREE_METHOD 'hist') SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default OBJECTIVE 'mse' SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL power FROM readings TARGET kwh IAM_ROLE default AUTO ON MODEL_TYPE FORECAST OBJECTIVE 'RMSE' SETTINGS (S3_BUCKET 'b', HORIZON 24, FREQUENCY '30min', PERCENTILES '0.1,0.9');
-- next --
CREATE MODEL m FROM "dev"."public"."loans" TARGET y FUNCTION f IAM_ROLE default SETTINGS (S3_BUCKET 'b');
-- next --
CREATE MODEL m FROM t TARGET y SPLIT (COLUMN part) SETTINGS (CLASS_WEIGHTS ('yes' 3, 'no' 1), POSITIVE 'yes', THRESHOLD 0.4);
-- next --
WITH shap AS (SELECT 1.5 AS mean, 0.2 AS std) SELECT mean + 3 * std AS upper, f_orders_late(weight, distance, carrier) FROM orders, shap WHERE weight > mean;
