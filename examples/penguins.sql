-- Which penguin is this? Three species, told apart by a few measures. The smallest of the examples, and one with gaps.
-- Run it from the root of the project: cargo ml -f examples/penguins.sql

-- The file says NA where a measure is missing, so its numbers are read as text. The model takes them for what they are.
CREATE EXTERNAL TABLE penguins STORED AS CSV LOCATION 'examples/data/penguins_bq.csv' OPTIONS ('format.has_header' 'true');

CREATE OR REPLACE MODEL penguins
FROM (SELECT island, culmen_length_mm, culmen_depth_mm, flipper_length_mm, body_mass_g, sex, species FROM penguins)
TARGET species
FUNCTION penguin_species;

SELECT * FROM ml_evaluate('penguins');
SELECT * FROM ml_confusion_matrix('penguins');

-- A penguin that was not there when the model was trained. What is not known is null; numbers may be numbers.
SELECT
    penguin_species(
        island => 'Dream', culmen_length_mm => 50.1, culmen_depth_mm => 18.6, flipper_length_mm => 196, body_mass_g => 3750,
        sex => NULL
    ) AS species,
    penguin_species_probabilities('Dream', 50.1, 18.6, 196, 3750, NULL) AS probabilities;

-- Why? The attributions say by how much each measure speaks for the species, the most important first.
SELECT unnest(penguin_species_explain('Dream', 50.1, 18.6, 196, 3750, NULL)) AS because;

-- Those that could be two species.
SELECT species, penguin_species(*) AS taken_for, penguin_species_probabilities(*) AS probabilities
FROM penguins
WHERE penguin_species_probabilities(*)['Adelie'] BETWEEN 0.1 AND 0.9;

-- What has to hold, or this script fails.
SELECT
    ml_assert(accuracy > 0.96, 'species are told apart worse than they were') AS accuracy,
    ml_assert(log_loss < 0.09, 'the probabilities are off') AS log_loss
FROM ml_evaluate('penguins');

SELECT ml_assert(count(*) = count(penguin_species(*)), 'a penguin without a species') AS complete FROM penguins;
