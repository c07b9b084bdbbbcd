-- Is this an eight? One label of ten against all others: POSITIVE makes a binary model of a target with many labels.
-- Run it from the root of the project: cargo ml -f examples/one_digit.sql

CREATE EXTERNAL TABLE digits STORED AS CSV LOCATION 'examples/data/digits.csv' OPTIONS ('format.has_header' 'true');

-- Eights are a tenth of the scans, so that "never an eight" would be right nine times out of ten. The threshold is chosen for F1,
-- which such an answer does not flatter.
CREATE OR REPLACE MODEL eight
FROM digits
TARGET target
FUNCTION is_eight
SETTINGS (POSITIVE 'digit_8');

-- The function answers true or false.
SELECT * FROM ml_evaluate('eight');
SELECT * FROM ml_confusion_matrix('eight');

-- Which digits look like an eight?
SELECT
    target AS digit,
    count(*) AS scans,
    count(*) FILTER (WHERE is_eight(*)) AS called_eight,
    round(avg(is_eight_probability(*)), 3) AS mean_probability
FROM digits
GROUP BY digit
ORDER BY mean_probability DESC;

-- Where an eight is to be seen: the pixels that move the log-odds most.
SELECT e['feature'] AS pixel, round(avg(e['attribution']) FILTER (WHERE target = 'digit_8'), 2) AS in_eights,
    round(avg(e['attribution']) FILTER (WHERE target <> 'digit_8'), 2) AS in_others
FROM (SELECT target, unnest(is_eight_explain(*)) AS e FROM digits)
WHERE e['feature'] <> '__BASELINE__'
GROUP BY 1
ORDER BY in_eights - in_others DESC
LIMIT 8;

-- What has to hold, or this script fails.
SELECT
    ml_assert(roc_auc > 0.95, 'eights are told from others worse than they were') AS auc,
    ml_assert(log_loss < 0.17, 'the probabilities are off') AS log_loss,
    ml_assert(f1_score > 0.70, 'eights are found worse than they were') AS f1_score
FROM ml_evaluate('eight');
