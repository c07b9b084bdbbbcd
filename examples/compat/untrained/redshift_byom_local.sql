-- A script of Redshift ML as it would run there: a model that a SageMaker job has trained, run in the database. Not here yet.
CREATE MODEL house_prices
FROM 's3://a-bucket/jobs/house-prices-2026-03/output/model.tar.gz'
FUNCTION fn_house_price (int, float, decimal(10, 2), varchar(20))
RETURNS decimal(10, 2)
IAM_ROLE 'arn:aws:iam::123456789012:role/RedshiftML'
SETTINGS (S3_BUCKET 'a-bucket');

SELECT id, fn_house_price(rooms, area, distance, district) AS price FROM houses;

-- What it ends in, said by the program:
-- > examples/compat/untrained/redshift_byom_local.sql, statement 1 of 2, line 2:
-- > error: a model from a training job or an archive is not supported
-- >  --> statement:3:6
-- >   |
-- > 3 | FROM 's3://a-bucket/jobs/house-prices-2026-03/output/model.tar.gz'
-- >   |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- >   |
-- >   = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
