-- Which mail is spam? 4,601 mails, each as how often 54 words and signs stand in it, in per cent, and how it uses capitals.
-- Run it from the root of the project: cargo ml -f examples/spam.sql

CREATE EXTERNAL TABLE mails STORED AS CSV LOCATION 'examples/data/spambase.csv' OPTIONS ('format.has_header' 'true');

-- A good mail that is lost is ten times as bad as a spam mail that is read: the threshold is chosen for that, on mails of the
-- training rows that the model did not see when it judged them.
CREATE OR REPLACE MODEL spam
FROM mails
TARGET type
FUNCTION is_spam
SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 10, FALSE_NEGATIVE_COST 1);

-- On mails it never saw: few good ones are lost at the chosen threshold, more at one half.
SELECT * FROM ml_confusion_matrix('spam');
SELECT * FROM ml_confusion_matrix('spam', threshold => 0.5);

-- What gives spam away, and what speaks for a good mail: how far each word moves the log-odds, on average.
SELECT
    e['feature'] AS feature,
    round(avg(e['attribution']) FILTER (WHERE type = 1), 2) AS in_spam,
    round(avg(e['attribution']) FILTER (WHERE type = 0), 2) AS in_good_mails
FROM (SELECT type, unnest(is_spam_explain(*)) AS e FROM mails)
WHERE e['feature'] <> '__BASELINE__'
GROUP BY 1
ORDER BY abs(in_spam - in_good_mails) DESC
LIMIT 12;

-- Mails that somebody called good and that look like spam, with the words that say so. The largest attribution comes first.
SELECT
    round(is_spam_probability(*), 4) AS probability,
    is_spam_explain(*)[1]['feature'] AS first_word,
    is_spam_explain(*)[2]['feature'] AS second_word,
    "capitalTotal" AS capitals
FROM mails
WHERE type = 0
ORDER BY is_spam_probability(*) DESC, capitals
LIMIT 10;

-- What has to hold, or this script fails.
SELECT
    ml_assert(roc_auc > 0.96, 'the model tells spam from good mails worse than it did') AS auc,
    ml_assert(log_loss < 0.26, 'the probabilities are off') AS log_loss,
    ml_assert(precision > 0.955, 'too many good mails are lost') AS precision
FROM ml_evaluate('spam');

SELECT ml_assert(accuracy > 0.905, 'too many mails are called wrongly at one half') AS accuracy
FROM ml_evaluate('spam', threshold => 0.5);
