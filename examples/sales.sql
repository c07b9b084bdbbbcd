-- What will a pizza place sell tomorrow? A regression over a year of days, tested on the days that came last.
-- Run it from the root of the project: cargo ml -f examples/sales.sql

CREATE EXTERNAL TABLE sales STORED AS CSV LOCATION 'examples/data/sales_tomorrow_pizza.csv' OPTIONS ('format.has_header' 'true');

-- Time goes one way: SPLIT (ORDER BY date) trains on the first 70 % of the days and tests on the latest 30 %. The last day has no
-- tomorrow yet and is left out.
CREATE OR REPLACE MODEL sales
FROM (
    SELECT date, sales, items, orders, weekday, sales_6_days_ago, sales_tomorrow
    FROM sales
)
TARGET sales_tomorrow
FUNCTION predict_sales
SPLIT (ORDER BY date);

SELECT * FROM ml_evaluate('sales');

-- The last days of the year: what was expected the day before beside what was sold.
SELECT date, weekday, round(predict_sales(*), 2) AS expected, sales_tomorrow AS sold
FROM sales
ORDER BY date DESC
LIMIT 7;

-- Where it was furthest from the truth, by the day of the week.
SELECT weekday, count(*) AS days, round(avg(abs(predict_sales(*) - sales_tomorrow)), 2) AS mean_error
FROM sales
GROUP BY weekday
ORDER BY mean_error DESC;

-- What has to hold, or this script fails. A day's sales lie between 1,300 and 4,500; nobody foresees them well from so little.
SELECT
    ml_assert(mean_absolute_error < 500, 'the errors are larger than they were') AS mean_absolute_error,
    ml_assert(r2_score > -0.5, 'much worse than the mean of all days') AS r2_score
FROM ml_evaluate('sales');

SELECT
    ml_assert(count(*) = count(predict_sales(*)), 'a day without a prediction') AS complete,
    ml_assert(min(predict_sales(*)) > 0 AND max(predict_sales(*)) < 10000, 'a prediction out of all proportion') AS sane
FROM sales;
