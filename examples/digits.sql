-- Reading handwritten digits: 1,797 scans of 8 by 8 pixels, ten labels, no picture library.
-- Run it from the root of the project: cargo ml -f examples/digits.sql

CREATE EXTERNAL TABLE digits STORED AS CSV LOCATION 'examples/data/digits.csv' OPTIONS ('format.has_header' 'true');

-- All 64 pixels are features. Those at the edge that are white in every scan are left out, and the report says so.
CREATE OR REPLACE MODEL digit
FROM digits
TARGET target
FUNCTION read_digit;

-- How good is it, on scans it never saw? Rows are what was written, columns what was read.
SELECT * FROM ml_evaluate('digit');
SELECT * FROM ml_confusion_matrix('digit');

-- The eights that look least like one.
SELECT read_digit(*) AS read, round(read_digit_probabilities(*)['digit_8'], 4) AS probability_of_an_eight
FROM digits
WHERE target = 'digit_8'
ORDER BY probability_of_an_eight
LIMIT 5;

-- Which digits are taken for which.
SELECT target AS written, read_digit(*) AS read, count(*) AS scans
FROM digits
WHERE read_digit(*) <> target
GROUP BY 1, 2
ORDER BY scans DESC, written, read
LIMIT 8;

-- What has to hold, or this script fails.
SELECT
    ml_assert(accuracy > 0.955, 'digits are read worse than they were') AS accuracy,
    ml_assert(log_loss < 0.14, 'the probabilities are off') AS log_loss,
    ml_assert(roc_auc > 0.995, 'digits are told apart worse than they were') AS auc
FROM ml_evaluate('digit');
