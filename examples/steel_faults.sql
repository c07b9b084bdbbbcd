-- What is wrong with this steel plate? Seven kinds of faults, told apart by the shape and brightness of the spot.
-- Run it from the root of the project: cargo ml -f examples/steel_faults.sql

CREATE EXTERNAL TABLE plates STORED AS CSV LOCATION 'examples/data/steel_plates.csv' OPTIONS ('format.has_header' 'true');

-- A target of text with more than two values makes a multiclass model; the target needs no option. The report warns that one
-- of the two types of steel follows from the other.
CREATE OR REPLACE MODEL steel
FROM plates
TARGET "Fault"
FUNCTION find_fault;

-- How good is it, on plates it never saw? "Other_Faults" is a mixture, and that is where it fails.
SELECT * FROM ml_evaluate('steel');
SELECT * FROM ml_confusion_matrix('steel');

-- The worst confusions.
SELECT "Fault" AS fault, find_fault(*) AS taken_for, count(*) AS plates
FROM plates
WHERE find_fault(*) <> "Fault"
GROUP BY 1, 2
ORDER BY plates DESC, fault, taken_for
LIMIT 8;

-- What each kind of fault is known by: the two features that speak for it most strongly, on average over its plates.
SELECT fault, feature, weight
FROM (
    SELECT *, row_number() OVER (PARTITION BY fault ORDER BY weight DESC, feature) AS place
    FROM (
        SELECT fault, e['feature'] AS feature, round(avg(e['attribution']), 2) AS weight
        FROM (SELECT find_fault(*) AS fault, unnest(find_fault_explain(*)) AS e FROM plates)
        WHERE e['feature'] <> '__BASELINE__'
        GROUP BY 1, 2
    )
)
WHERE place <= 2
ORDER BY fault, place;

-- Scratches along the plate are known so surely that nobody needs to look at them again.
SELECT count(*) AS plates, count(*) FILTER (WHERE "Fault" = 'K_Scatch') AS scratches
FROM plates
WHERE find_fault_probabilities(*)['K_Scatch'] > 0.9;

-- What has to hold, or this script fails. The spot on one of the held-out plates is 900 times as large as the usual one, and its
-- fault not foreseen at all: it alone makes a fifth of the log loss.
SELECT
    ml_assert(accuracy > 0.69, 'faults are told apart worse than they were') AS accuracy,
    ml_assert(log_loss < 1.05, 'the probabilities are off') AS log_loss,
    ml_assert(f1_score > 0.69, 'the rare faults are neglected') AS f1_score
FROM ml_evaluate('steel');
