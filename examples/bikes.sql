-- How many bikes will be rented in this hour? Two years of rentals, and three steps to an honest model of them.
-- Run it from the root of the project: cargo ml -f examples/bikes.sql

CREATE EXTERNAL TABLE rides STORED AS CSV LOCATION 'examples/data/bike_sharing_hour.csv' OPTIONS ('format.has_header' 'true');

-- First everything as it stands, but for the day. Too good to be true: casual and registered riders add up to all of them. The
-- report warns of it, and leaves instant out, which is only the number of the row.
CREATE OR REPLACE MODEL too_good
FROM (SELECT instant, season, hr, weekday, temp, hum, windspeed, casual, registered, cnt FROM rides)
TARGET cnt;

SELECT r2_score FROM ml_evaluate('too_good');

-- What is known beforehand: the time, the calendar and the weather. Of a timestamp the model takes the trend, the month, the day
-- of the month, the day of the week and the hour.
CREATE OR REPLACE VIEW hours AS
SELECT
    to_timestamp_seconds(dteday || ' ' || hr || ':00:00', '%m/%d/%Y %H:%M:%S') AS moment,
    holiday = 1 AS holiday,
    workingday = 1 AS workingday,
    CASE weathersit WHEN 1 THEN 'clear' WHEN 2 THEN 'mist' WHEN 3 THEN 'rain' ELSE 'storm' END AS weather,
    temp, atemp, hum, windspeed, cnt
FROM rides;

CREATE OR REPLACE MODEL plain
FROM hours
TARGET cnt;

-- People ride to work at eight, and on free days in the afternoon: the hour means one thing on a working day and another on a
-- free one. A linear model has to be told; one more column does it. On free days it is null, which is a category like any other.
CREATE OR REPLACE VIEW crossed AS
SELECT *, CASE WHEN workingday THEN 'hour ' || date_part('hour', moment) END AS working_hour FROM hours;

CREATE OR REPLACE MODEL bikes
FROM crossed
TARGET cnt
FUNCTION expected_bikes;

SELECT 'plain' AS model, r2_score, mean_absolute_error FROM ml_evaluate('plain')
UNION ALL
SELECT 'bikes', r2_score, mean_absolute_error FROM ml_evaluate('bikes')
ORDER BY r2_score;

-- Rentals are counts: never negative, and the more of them there are, the more they vary. Poisson regression assumes just that, and
-- multiplies where least squares adds: rain costs a busy hour more bikes than a quiet one. FAMILY says so.
CREATE OR REPLACE MODEL counted
FROM crossed
TARGET cnt
FUNCTION counted_bikes
HYPERPARAMETERS DEFAULT EXCEPT (FAMILY 'poisson');

SELECT 'least squares' AS family, r2_score, mean_absolute_error FROM ml_evaluate('bikes')
UNION ALL
SELECT 'poisson', r2_score, mean_absolute_error FROM ml_evaluate('counted')
ORDER BY r2_score;

-- Least squares foresees fewer than no bikes in many a quiet hour.
SELECT
    sum(CASE WHEN expected_bikes(*) < 0 THEN 1 ELSE 0 END) AS below_zero,
    sum(CASE WHEN counted_bikes(*) < 0 THEN 1 ELSE 0 END) AS counted_below_zero,
    round(avg(expected_bikes(*)), 1) AS expected,
    round(avg(counted_bikes(*)), 1) AS counted,
    round(avg(cnt), 1) AS rented
FROM crossed;

-- A day in June: what was expected beside what was rented.
SELECT moment, round(expected_bikes(*)) AS expected, round(counted_bikes(*)) AS counted, cnt AS rented
FROM crossed
WHERE moment BETWEEN '2012-06-14 06:00:00' AND '2012-06-14 20:00:00'
ORDER BY moment;

-- The same day in other weather, everything else being equal: an argument given by name takes the place of the column.
SELECT
    round(sum(expected_bikes(*, weather => 'clear'))) AS if_clear,
    round(sum(expected_bikes(*, weather => 'rain'))) AS if_rainy
FROM crossed
WHERE moment >= '2012-06-14' AND moment < '2012-06-15';

-- What has to hold, or this script fails.
SELECT ml_assert(r2_score > 0.999999, 'the leak is gone') AS leak
FROM ml_evaluate('too_good');
SELECT ml_assert(r2_score BETWEEN 0.64 AND 0.73, 'times and weather say more or less than they did') AS plain
FROM ml_evaluate('plain');
SELECT
    ml_assert(r2_score > 0.78, 'rentals are foreseen worse than they were') AS r2_score,
    ml_assert(mean_absolute_error < 65, 'the errors are larger than they were') AS mean_absolute_error
FROM ml_evaluate('bikes');
SELECT
    ml_assert(r2_score > 0.88, 'counts are foreseen worse than they were') AS r2_score,
    ml_assert(mean_absolute_error < 40, 'the errors of counts are larger than they were') AS mean_absolute_error,
    ml_assert(d2 > 0.9, 'less of the deviance is explained than there was') AS d2
FROM ml_evaluate('counted');
SELECT ml_assert(min(counted_bikes(*)) > 0, 'fewer than no bikes are foreseen') AS counted
FROM crossed;
