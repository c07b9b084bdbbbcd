-- A script of BigQuery ML as it would run there: which films would somebody like? Matrix factorisation is not trained here yet.
SET datafusion.sql_parser.dialect = 'bigquery';

CREATE OR REPLACE MODEL films.recommender
OPTIONS (
  model_type = 'matrix_factorization',
  feedback_type = 'explicit',
  user_col = 'user_id',
  item_col = 'item_id',
  rating_col = 'rating',
  num_factors = 16,
  l2_reg = 9.83,
  max_iterations = 20
) AS
SELECT user_id, item_id, AVG(rating) AS rating
FROM films.ratings
GROUP BY user_id, item_id;

SELECT user_id, ARRAY_AGG(STRUCT(item_id, predicted_rating) ORDER BY predicted_rating DESC LIMIT 5)
FROM ML.RECOMMEND(MODEL films.recommender)
GROUP BY user_id;

-- What it ends in, said by the program:
-- > examples/compat/untrained/bigquery_matrix_factorization.sql, statement 2 of 3, line 4:
-- > error: MODEL_TYPE 'matrix_factorization' is not supported
-- >  --> statement:6:16
-- >   |
-- > 6 |   model_type = 'matrix_factorization',
-- >   |                ^^^^^^^^^^^^^^^^^^^^^^
-- >   |
-- >   = help: LINEAR_REG and LOGISTIC_REG can be trained now
