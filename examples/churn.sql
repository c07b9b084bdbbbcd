-- Who is about to leave? A model of customer churn from one table, tested on customers it never saw.
-- Run it from the root of the project: cargo ml -f examples/churn.sql

CREATE EXTERNAL TABLE customers STORED AS CSV LOCATION 'examples/data/telco_churn.csv' OPTIONS ('format.has_header' 'true');

-- Trains on 70 % of the customers and reports on the other 30 %. TotalCharges is a number that the file keeps as text, with
-- blanks for those who joined this month; the report says what was made of it.
CREATE OR REPLACE MODEL churn
FROM (
    SELECT
        gender, "SeniorCitizen", "Partner", "Dependents", tenure, "PhoneService", "MultipleLines", "InternetService",
        "OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport", "StreamingTV", "StreamingMovies", "Contract",
        "PaperlessBilling", "PaymentMethod", "MonthlyCharges", "TotalCharges", "Churn"
    FROM customers
)
TARGET "Churn"
FUNCTION predict_churn;

-- How good is it, on the customers it never saw?
SELECT * FROM ml_evaluate('churn');

-- The ten customers who are likeliest to leave among those who are still here.
SELECT "customerID", tenure, "Contract", "MonthlyCharges", round(predict_churn_probability(*), 3) AS probability
FROM customers
WHERE "Churn" = 'No'
ORDER BY predict_churn_probability(*) DESC, "customerID"
LIMIT 10;

-- A campaign is cheap, so whom would a lower threshold reach as well?
SELECT
    count(*) AS customers,
    count(*) FILTER (WHERE predict_churn(*) = 'Yes') AS at_the_threshold,
    count(*) FILTER (WHERE predict_churn_at(0.2, *) = 'Yes') AS at_0_2
FROM customers
WHERE "Churn" = 'No';

-- What each threshold would give, to choose by.
SELECT round(threshold, 1) AS threshold, avg(precision) AS precision, avg(recall) AS recall, avg(f1_score) AS f1_score
FROM ml_threshold_curve('churn')
GROUP BY 1
ORDER BY 1;

ALTER MODEL churn SET (threshold = 0.35);

-- What has to hold, or this script fails.
SELECT
    ml_assert(roc_auc >= 0.83, 'the model tells leavers from stayers worse than it did') AS auc,
    ml_assert(accuracy > 0.735, 'no better than saying that everybody stays') AS accuracy,
    ml_assert(log_loss < 0.45, 'the probabilities are off') AS log_loss
FROM ml_evaluate('churn');

SELECT ml_assert(abs(avg(predict_churn_probability(*)) - 0.265) < 0.02, 'the probabilities do not add up to the leavers') AS calibrated
FROM customers;

-- From now on the label follows the new threshold.
SELECT ml_assert(count(*) = 0, 'the label does not follow the threshold') AS threshold
FROM customers
WHERE (predict_churn(*) = 'Yes') <> (predict_churn_probability(*) >= 0.35);
