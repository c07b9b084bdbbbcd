//! BigQuery's functions: those that are understood, each with a call that runs, and those that are not.
//!
//! A call is translated only if its function is listed here, the language reference is written from it, and a test runs every
//! example. So the three cannot drift.

use crate::error::closest;

/// Functions of one kind.
#[cfg_attr(not(test), allow(dead_code, reason = "what is said of them is for the language reference"))]
pub(super) struct Group {
    pub kind: &'static str,
    /// How they differ from BigQuery's, if they do.
    pub remark: &'static str,
    /// Their names, and an example of each.
    pub functions: &'static [(&'static str, &'static str)],
}

pub(super) const GROUPS: &[Group] = &[
    Group {
        kind: "conditions",
        remark: "also `CASE`, `x LIKE ANY (...)`, `x LIKE ALL (...)`, `x IN UNNEST(array)`",
        functions: &[
            ("IF", "IF(1 > 0, 'a', 'b')"),
            ("IFNULL", "IFNULL(NULL, 1)"),
            ("COALESCE", "COALESCE(NULL, 1)"),
            ("NULLIF", "NULLIF(1, 0)"),
            ("NULLIFZERO", "NULLIFZERO(0)"),
            ("ZEROIFNULL", "ZEROIFNULL(NULL)"),
            ("GREATEST", "GREATEST(1, 2)"),
            ("LEAST", "LEAST(1, 2)"),
        ],
    },
    Group {
        kind: "numbers",
        remark: "`LOG`, `LN`, `SQRT`, `EXP`, `POW` and the like are errors where they have no value, as there; `+`, `-` and `*` of `INT64` do \
                 not notice an overflow, `SAFE_ADD` and its kind do",
        functions: &[
            ("ABS", "ABS(-1)"),
            ("SIGN", "SIGN(-2)"),
            ("ROUND", "ROUND(2.345, 2)"),
            ("TRUNC", "TRUNC(2.345, 2)"),
            ("CEIL", "CEIL(2.5)"),
            ("CEILING", "CEILING(2.5)"),
            ("FLOOR", "FLOOR(2.5)"),
            ("DIV", "DIV(7, 2)"),
            ("MOD", "MOD(7, 2)"),
            ("SAFE_DIVIDE", "SAFE_DIVIDE(1, 0)"),
            ("IEEE_DIVIDE", "IEEE_DIVIDE(1, 0)"),
            ("SAFE_ADD", "SAFE_ADD(1, 2)"),
            ("SAFE_SUBTRACT", "SAFE_SUBTRACT(1, 2)"),
            ("SAFE_MULTIPLY", "SAFE_MULTIPLY(1, 2)"),
            ("SAFE_NEGATE", "SAFE_NEGATE(1)"),
            ("LN", "LN(2)"),
            ("LOG", "LOG(8, 2)"),
            ("LOG10", "LOG10(100)"),
            ("EXP", "EXP(1)"),
            ("POW", "POW(2, 3)"),
            ("POWER", "POWER(2, 3)"),
            ("SQRT", "SQRT(2)"),
            ("CBRT", "CBRT(8)"),
            ("SIN", "SIN(1)"),
            ("COS", "COS(1)"),
            ("TAN", "TAN(1)"),
            ("COT", "COT(1)"),
            ("SEC", "SEC(1)"),
            ("CSC", "CSC(1)"),
            ("ASIN", "ASIN(1)"),
            ("ACOS", "ACOS(1)"),
            ("ATAN", "ATAN(1)"),
            ("ATAN2", "ATAN2(1, 2)"),
            ("SINH", "SINH(1)"),
            ("COSH", "COSH(1)"),
            ("TANH", "TANH(1)"),
            ("COTH", "COTH(1)"),
            ("SECH", "SECH(1)"),
            ("CSCH", "CSCH(1)"),
            ("ASINH", "ASINH(1)"),
            ("ACOSH", "ACOSH(1)"),
            ("ATANH", "ATANH(0.5)"),
            ("PI", "PI()"),
            ("RAND", "RAND()"),
            ("IS_NAN", "IS_NAN(1.0)"),
            ("IS_INF", "IS_INF(1.0)"),
            ("BIT_COUNT", "BIT_COUNT(5)"),
            ("RANGE_BUCKET", "RANGE_BUCKET(20, [0, 10, 20])"),
            ("COSINE_DISTANCE", "COSINE_DISTANCE([1.0, 2.0], [3.0, 4.0])"),
            ("EUCLIDEAN_DISTANCE", "EUCLIDEAN_DISTANCE([1.0, 2.0], [3.0, 4.0])"),
        ],
    },
    Group {
        kind: "text",
        remark: "`FORMAT` has `%d`, `%i`, `%x`, `%X`, `%o`, `%f`, `%e`, `%g`, `%s`, `%t`, `%%` with flags, width and precision; regular \
                 expressions are those of Rust's crate `regex`, which has RE2's syntax; `REGEXP_EXTRACT_ALL` takes a pattern that is \
                 written out",
        functions: &[
            ("CONCAT", "CONCAT('a', 'b')"),
            ("FORMAT", "FORMAT('%d %.2f %s', 1, 2.5, 'a')"),
            ("LENGTH", "LENGTH('abc')"),
            ("CHAR_LENGTH", "CHAR_LENGTH('abc')"),
            ("CHARACTER_LENGTH", "CHARACTER_LENGTH('abc')"),
            ("BYTE_LENGTH", "BYTE_LENGTH('abc')"),
            ("OCTET_LENGTH", "OCTET_LENGTH('abc')"),
            ("LOWER", "LOWER('A')"),
            ("UPPER", "UPPER('a')"),
            ("INITCAP", "INITCAP('a b')"),
            ("TRIM", "TRIM(' a ')"),
            ("LTRIM", "LTRIM(' a ')"),
            ("RTRIM", "RTRIM(' a ')"),
            ("LPAD", "LPAD('a', 3, '-')"),
            ("RPAD", "RPAD('a', 3, '-')"),
            ("LEFT", "LEFT('abc', 2)"),
            ("RIGHT", "RIGHT('abc', 2)"),
            ("SUBSTR", "SUBSTR('abc', -2, 1)"),
            ("SUBSTRING", "SUBSTRING('abc', 2)"),
            ("STRPOS", "STRPOS('abc', 'c')"),
            ("INSTR", "INSTR('banana', 'an', -1, 1)"),
            ("STARTS_WITH", "STARTS_WITH('abc', 'a')"),
            ("ENDS_WITH", "ENDS_WITH('abc', 'c')"),
            ("REPLACE", "REPLACE('abc', 'b', 'x')"),
            ("REPEAT", "REPEAT('a', 3)"),
            ("REVERSE", "REVERSE('abc')"),
            ("TRANSLATE", "TRANSLATE('abc', 'a', 'x')"),
            ("ASCII", "ASCII('a')"),
            ("UNICODE", "UNICODE('a')"),
            ("CHR", "CHR(65)"),
            ("EDIT_DISTANCE", "EDIT_DISTANCE('ab', 'ac')"),
            ("SPLIT", "SPLIT('a,b')"),
            ("REGEXP_CONTAINS", "REGEXP_CONTAINS('abc', r'b')"),
            ("REGEXP_EXTRACT", "REGEXP_EXTRACT('abc', r'a(b)')"),
            ("REGEXP_SUBSTR", "REGEXP_SUBSTR('abc', r'a(b)')"),
            ("REGEXP_EXTRACT_ALL", "REGEXP_EXTRACT_ALL('abab', r'a(b)')"),
            ("REGEXP_REPLACE", "REGEXP_REPLACE('abc', r'(b)', r'\\1\\1')"),
            ("REGEXP_INSTR", "REGEXP_INSTR('abc', r'b')"),
            ("JSON_VALUE", "JSON_VALUE('{\"a\": 1}', '$.a')"),
            ("JSON_QUERY", "JSON_QUERY('{\"a\": [1]}', '$.a')"),
            ("JSON_EXTRACT_SCALAR", "JSON_EXTRACT_SCALAR('{\"a\": 1}', '$.a')"),
            ("JSON_EXTRACT", "JSON_EXTRACT('{\"a\": [1]}', '$.a')"),
            ("TO_JSON_STRING", "TO_JSON_STRING([1, 2])"),
            ("STRING", "STRING(TIMESTAMP '2020-01-01')"),
            ("GENERATE_UUID", "GENERATE_UUID()"),
        ],
    },
    Group {
        kind: "hashes and bytes",
        remark: "",
        functions: &[
            ("FARM_FINGERPRINT", "FARM_FINGERPRINT('a')"),
            ("MD5", "MD5('a')"),
            ("SHA256", "SHA256('a')"),
            ("SHA512", "SHA512('a')"),
            ("TO_HEX", "TO_HEX(MD5('a'))"),
            ("FROM_HEX", "FROM_HEX('00ff')"),
            ("TO_BASE64", "TO_BASE64(b'ab')"),
            ("FROM_BASE64", "FROM_BASE64('YWI=')"),
        ],
    },
    Group {
        kind: "dates and times",
        remark: "in UTC; a time zone stands as text: `DATE(x, 'America/New_York')`. `EXTRACT(part FROM x AT TIME ZONE 'zone')`. \
                 `FORMAT_...` has every element but `%J` and `%O...`, `PARSE_...` none of weeks",
        functions: &[
            ("CURRENT_DATE", "CURRENT_DATE('UTC')"),
            ("CURRENT_DATETIME", "CURRENT_DATETIME()"),
            ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP()"),
            ("CURRENT_TIME", "CURRENT_TIME()"),
            ("DATE", "DATE(TIMESTAMP '2020-01-01 02:00:00', 'America/New_York')"),
            ("DATETIME", "DATETIME(2020, 1, 31, 10, 0, 0)"),
            ("TIMESTAMP", "TIMESTAMP('2020-01-01 10:00:00', 'America/New_York')"),
            ("TIME", "TIME(10, 30, 0)"),
            ("DATE_ADD", "DATE_ADD(DATE '2020-01-31', INTERVAL 1 MONTH)"),
            ("DATE_SUB", "DATE_SUB(DATE '2020-01-31', INTERVAL 1 DAY)"),
            ("DATE_DIFF", "DATE_DIFF(DATE '2020-02-01', DATE '2020-01-31', WEEK(MONDAY))"),
            ("DATE_TRUNC", "DATE_TRUNC(DATE '2020-01-31', MONTH)"),
            ("DATETIME_ADD", "DATETIME_ADD(DATETIME '2020-01-31 10:00:00', INTERVAL 1 HOUR)"),
            ("DATETIME_SUB", "DATETIME_SUB(DATETIME '2020-01-31 10:00:00', INTERVAL 1 HOUR)"),
            ("DATETIME_DIFF", "DATETIME_DIFF(DATETIME '2020-01-31 10:00:00', DATETIME '2020-01-30 11:00:00', DAY)"),
            ("DATETIME_TRUNC", "DATETIME_TRUNC(DATETIME '2020-01-31 10:30:00', HOUR)"),
            ("TIMESTAMP_ADD", "TIMESTAMP_ADD(TIMESTAMP '2020-01-31 10:00:00', INTERVAL 1 HOUR)"),
            ("TIMESTAMP_SUB", "TIMESTAMP_SUB(TIMESTAMP '2020-01-31 10:00:00', INTERVAL 1 HOUR)"),
            ("TIMESTAMP_DIFF", "TIMESTAMP_DIFF(TIMESTAMP '2020-01-31 10:00:00', TIMESTAMP '2020-01-30 11:00:00', DAY)"),
            ("TIMESTAMP_TRUNC", "TIMESTAMP_TRUNC(TIMESTAMP '2020-01-31 10:30:00', DAY, 'America/New_York')"),
            ("TIME_ADD", "TIME_ADD(TIME '10:00:00', INTERVAL 1 HOUR)"),
            ("TIME_SUB", "TIME_SUB(TIME '10:00:00', INTERVAL 1 HOUR)"),
            ("TIME_DIFF", "TIME_DIFF(TIME '10:00:00', TIME '09:30:00', MINUTE)"),
            ("TIME_TRUNC", "TIME_TRUNC(TIME '10:30:00', HOUR)"),
            ("LAST_DAY", "LAST_DAY(DATE '2020-02-01')"),
            ("FORMAT_DATE", "FORMAT_DATE('%Y-%m', DATE '2020-01-31')"),
            ("FORMAT_DATETIME", "FORMAT_DATETIME('%c', DATETIME '2020-01-31 10:00:00')"),
            ("FORMAT_TIMESTAMP", "FORMAT_TIMESTAMP('%F %T', TIMESTAMP '2020-01-31 10:00:00', 'Asia/Tokyo')"),
            ("FORMAT_TIME", "FORMAT_TIME('%R', TIME '10:30:00')"),
            ("PARSE_DATE", "PARSE_DATE('%Y%m%d', '20200131')"),
            ("PARSE_DATETIME", "PARSE_DATETIME('%F %T', '2020-01-31 10:00:00')"),
            ("PARSE_TIMESTAMP", "PARSE_TIMESTAMP('%F %T', '2020-01-31 10:00:00')"),
            ("PARSE_TIME", "PARSE_TIME('%I %p', '2 pm')"),
            ("UNIX_DATE", "UNIX_DATE(DATE '2020-01-31')"),
            ("DATE_FROM_UNIX_DATE", "DATE_FROM_UNIX_DATE(14238)"),
            ("UNIX_SECONDS", "UNIX_SECONDS(TIMESTAMP '2020-01-31')"),
            ("UNIX_MILLIS", "UNIX_MILLIS(TIMESTAMP '2020-01-31')"),
            ("UNIX_MICROS", "UNIX_MICROS(TIMESTAMP '2020-01-31')"),
            ("TIMESTAMP_SECONDS", "TIMESTAMP_SECONDS(1)"),
            ("TIMESTAMP_MILLIS", "TIMESTAMP_MILLIS(1)"),
            ("TIMESTAMP_MICROS", "TIMESTAMP_MICROS(1)"),
        ],
    },
    Group {
        kind: "arrays",
        remark: "`array[OFFSET(n)]`, `ORDINAL`, `SAFE_OFFSET`, `SAFE_ORDINAL`, `array[n]`: null outside the array",
        functions: &[
            ("ARRAY_LENGTH", "ARRAY_LENGTH([1, 2])"),
            ("ARRAY_CONCAT", "ARRAY_CONCAT([1], [2])"),
            ("ARRAY_REVERSE", "ARRAY_REVERSE([1, 2])"),
            ("ARRAY_TO_STRING", "ARRAY_TO_STRING(['a', 'b'], '-')"),
            ("ARRAY_FIRST", "ARRAY_FIRST([1, 2])"),
            ("ARRAY_LAST", "ARRAY_LAST([1, 2])"),
            ("ARRAY_SLICE", "ARRAY_SLICE([1, 2, 3], 0, 1)"),
            ("GENERATE_ARRAY", "GENERATE_ARRAY(0, 1, 0.25)"),
            ("GENERATE_DATE_ARRAY", "GENERATE_DATE_ARRAY('2020-01-01', '2020-02-01', INTERVAL 1 WEEK)"),
            ("GENERATE_TIMESTAMP_ARRAY", "GENERATE_TIMESTAMP_ARRAY('2020-01-01', '2020-01-02', INTERVAL 6 HOUR)"),
        ],
    },
    Group {
        kind: "aggregates",
        remark: "`APPROX_QUANTILES(x, n)[OFFSET(k)]` is exact",
        functions: &[
            ("COUNT", "COUNT(DISTINCT x)"),
            ("COUNTIF", "COUNTIF(x > 1)"),
            ("SUM", "SUM(x)"),
            ("AVG", "AVG(x)"),
            ("MIN", "MIN(x)"),
            ("MAX", "MAX(x)"),
            ("MIN_BY", "MIN_BY(x, y)"),
            ("MAX_BY", "MAX_BY(x, y)"),
            ("ANY_VALUE", "ANY_VALUE(x HAVING MAX y)"),
            ("LOGICAL_AND", "LOGICAL_AND(x > 1)"),
            ("LOGICAL_OR", "LOGICAL_OR(x > 1)"),
            ("BIT_AND", "BIT_AND(x)"),
            ("BIT_OR", "BIT_OR(x)"),
            ("BIT_XOR", "BIT_XOR(x)"),
            ("STDDEV", "STDDEV(x)"),
            ("STDDEV_SAMP", "STDDEV_SAMP(x)"),
            ("STDDEV_POP", "STDDEV_POP(x)"),
            ("VARIANCE", "VARIANCE(x)"),
            ("VAR_SAMP", "VAR_SAMP(x)"),
            ("VAR_POP", "VAR_POP(x)"),
            ("CORR", "CORR(x, y)"),
            ("COVAR_POP", "COVAR_POP(x, y)"),
            ("COVAR_SAMP", "COVAR_SAMP(x, y)"),
            ("STRING_AGG", "STRING_AGG(CAST(x AS STRING), '-' ORDER BY x)"),
            ("ARRAY_AGG", "ARRAY_AGG(x IGNORE NULLS ORDER BY y LIMIT 2)"),
            ("APPROX_COUNT_DISTINCT", "APPROX_COUNT_DISTINCT(x)"),
            ("APPROX_QUANTILES", "APPROX_QUANTILES(x, 4)[OFFSET(2)]"),
        ],
    },
    Group {
        kind: "windows",
        remark: "with `OVER (...)`, named windows and `QUALIFY`; the aggregates, too",
        functions: &[
            ("ROW_NUMBER", "ROW_NUMBER() OVER (ORDER BY x)"),
            ("RANK", "RANK() OVER (ORDER BY x)"),
            ("DENSE_RANK", "DENSE_RANK() OVER (ORDER BY x)"),
            ("PERCENT_RANK", "PERCENT_RANK() OVER (ORDER BY x)"),
            ("CUME_DIST", "CUME_DIST() OVER (ORDER BY x)"),
            ("NTILE", "NTILE(2) OVER (ORDER BY x)"),
            ("LAG", "LAG(x, 1) OVER (ORDER BY x)"),
            ("LEAD", "LEAD(x, 1, 0) OVER (ORDER BY x)"),
            ("FIRST_VALUE", "FIRST_VALUE(x IGNORE NULLS) OVER (ORDER BY x)"),
            ("LAST_VALUE", "LAST_VALUE(x) OVER (ORDER BY x)"),
            ("NTH_VALUE", "NTH_VALUE(x, 2) OVER (ORDER BY x)"),
            ("PERCENTILE_CONT", "PERCENTILE_CONT(x, 0.5) OVER (PARTITION BY y)"),
        ],
    },
    Group {
        kind: "places",
        remark: "on a sphere, as there; only of two `ST_GEOGPOINT`",
        functions: &[("ST_DISTANCE", "ST_DISTANCE(ST_GEOGPOINT(-73.98, 40.75), ST_GEOGPOINT(-73.78, 40.64))")],
    },
];

/// Functions that are known and have no translation, with what does the same here, if there is something.
pub(super) const MISSING: &[(&str, &str)] = &[
    ("AEAD", ""),
    ("APPROX_TOP_COUNT", "SELECT x, COUNT(*) ... GROUP BY x ORDER BY COUNT(*) DESC LIMIT n gives the rows"),
    ("APPROX_TOP_SUM", "SELECT x, SUM(w) ... GROUP BY x ORDER BY SUM(w) DESC LIMIT n gives the rows"),
    ("ARRAY_CONCAT_AGG", "UNNEST the arrays and use ARRAY_AGG"),
    ("BOOL", "JSON_VALUE(text, path) = 'true' reads a truth value of JSON"),
    ("CODE_POINTS_TO_BYTES", ""),
    ("CODE_POINTS_TO_STRING", "CHR(n) is the character of one code point"),
    ("COLLATE", "LOWER(a) = LOWER(b) compares without regard to case"),
    ("CONTAINS_SUBSTR", "STRPOS(LOWER(x), 'words in lower case') > 0 does it for STRING"),
    ("DATE_BUCKET", "DATE_TRUNC cuts dates to a part"),
    ("DATETIME_BUCKET", "DATETIME_TRUNC cuts times to a part"),
    ("DETERMINISTIC_ENCRYPT", ""),
    ("ERROR", "ml_assert(condition, text) stops a script"),
    ("EXTERNAL_QUERY", "register the other system's table"),
    ("FLOAT64", "CAST(JSON_VALUE(text, path) AS FLOAT64) reads a number of JSON"),
    ("FROM_BASE32", ""),
    ("GENERATE_RANGE_ARRAY", ""),
    ("HLL_COUNT", "APPROX_COUNT_DISTINCT and COUNT(DISTINCT x) count"),
    ("INT64", "CAST(JSON_VALUE(text, path) AS INT64) reads a number of JSON"),
    ("JSON_ARRAY", ""),
    ("JSON_EXTRACT_ARRAY", "JSON_VALUE(text, '$[0]') takes one element"),
    ("JSON_EXTRACT_STRING_ARRAY", "JSON_VALUE(text, '$[0]') takes one element"),
    ("JSON_OBJECT", "TO_JSON_STRING(STRUCT(...)) writes an object"),
    ("JSON_QUERY_ARRAY", "JSON_VALUE(text, '$[0]') takes one element"),
    ("JSON_SET", ""),
    ("JSON_TYPE", ""),
    ("JSON_VALUE_ARRAY", "JSON_VALUE(text, '$[0]') takes one element"),
    ("JUSTIFY_DAYS", ""),
    ("JUSTIFY_HOURS", ""),
    ("JUSTIFY_INTERVAL", ""),
    ("KEYS", ""),
    ("LAX_BOOL", "JSON_VALUE(text, path) = 'true' reads a truth value of JSON"),
    ("LAX_FLOAT64", "SAFE_CAST(JSON_VALUE(text, path) AS FLOAT64) reads a number of JSON"),
    ("LAX_INT64", "SAFE_CAST(JSON_VALUE(text, path) AS INT64) reads a number of JSON"),
    ("LAX_STRING", "JSON_VALUE(text, path) reads a text of JSON"),
    ("MAKE_INTERVAL", "INTERVAL 1 DAY stands in DATE_ADD"),
    ("NET", ""),
    ("NORMALIZE", ""),
    ("NORMALIZE_AND_CASEFOLD", "LOWER(x) is in lower case"),
    ("PARSE_BIGNUMERIC", "CAST(x AS NUMERIC) reads a number"),
    ("PARSE_JSON", "JSON_VALUE and JSON_QUERY read the text itself"),
    ("PARSE_NUMERIC", "CAST(x AS NUMERIC) reads a number"),
    ("PERCENTILE_DISC", "APPROX_QUANTILES(x, 100)[OFFSET(p)] is a value of the data, PERCENTILE_CONT lies between two"),
    ("RANGE", ""),
    ("SAFE_CONVERT_BYTES_TO_STRING", ""),
    ("SEARCH", "STRPOS(LOWER(x), 'word') > 0 and REGEXP_CONTAINS find words"),
    ("SESSION_USER", ""),
    ("SHA1", "SHA256 and SHA512 are there"),
    ("SOUNDEX", ""),
    ("TIMESTAMP_BUCKET", "TIMESTAMP_TRUNC cuts times to a part"),
    ("TO_BASE32", ""),
    ("TO_CODE_POINTS", "UNICODE(x) is the code point of the first character"),
    ("TO_JSON", "TO_JSON_STRING writes the text"),
    ("VECTOR_SEARCH", "ORDER BY COSINE_DISTANCE(a, b) LIMIT n finds the nearest"),
];

/// Whether calls of a function, in capitals, are understood.
pub(super) fn is_understood(name: &str) -> bool {
    GROUPS.iter().flat_map(|group| group.functions).any(|(known, _)| *known == name)
}

/// The function that a name may be meant for.
pub(in crate::sql) fn similar(name: &str) -> Option<&'static str> {
    let known = GROUPS.iter().flat_map(|group| group.functions).map(|(known, _)| *known);
    closest(&name.to_uppercase(), known)
}

/// For a function that has no translation, what does the same; empty if nothing does. Functions of geography begin with `ST_`, and
/// `NET.HOST` is one of `NET`.
pub(super) fn missing(name: &str) -> Option<&'static str> {
    if name.starts_with("ST_") && !is_understood(name) {
        return Some("ST_DISTANCE of two ST_GEOGPOINT(longitude, latitude) is all of them that is");
    }
    MISSING.iter().find(|(known, _)| *known == name).map(|(_, instead)| *instead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_listed_once() {
        let understood = GROUPS.iter().flat_map(|group| group.functions).map(|(name, _)| *name);
        let mut names: Vec<&str> = understood.chain(MISSING.iter().map(|(name, _)| *name)).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
