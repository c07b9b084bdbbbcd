-- A script of Redshift ML as it would run there: a model behind an endpoint that is asked for each row. Not here yet.
CREATE MODEL fraud_score
FUNCTION fn_fraud_score (float, float, int, varchar)
RETURNS decimal(10, 8)
SAGEMAKER 'fraud-endpoint-2026'
IAM_ROLE default
SETTINGS (MAX_BATCH_ROWS 500);

SELECT id, fn_fraud_score(amount, balance, n_payments, country) AS score FROM payments ORDER BY score DESC LIMIT 20;

-- What it ends in, said by the program:
-- > examples/compat/untrained/redshift_byom_remote.sql, statement 1 of 2, line 2:
-- > error: a model that runs elsewhere (SAGEMAKER) is not supported
-- >  --> statement:5:11
-- >   |
-- > 5 | SAGEMAKER 'fraud-endpoint-2026'
-- >   |           ^^^^^^^^^^^^^^^^^^^^^
-- >   |
-- >   = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
