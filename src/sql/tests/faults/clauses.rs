//! The clauses of `CREATE MODEL`.

use insta::assert_snapshot;

use super::fault;

#[test]
fn clauses() {
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGT y"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found TARGT
     --> statement:1:23
      |
    1 | CREATE MODEL m FROM t TARGT y
      |                       ^^^^^
      |
      = help: did you mean TARGET?
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y FUNCTON f"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found FUNCTON
     --> statement:1:32
      |
    1 | CREATE MODEL m FROM t TARGET y FUNCTON f
      |                                ^^^^^^^
      |
      = help: did you mean FUNCTION?
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y blah"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found blah
     --> statement:1:32
      |
    1 | CREATE MODEL m FROM t TARGET y blah
      |                                ^^^^
      |
      = help: the clauses are FUNCTION, IAM_ROLE, AUTO, MODEL_TYPE, PROBLEM_TYPE, OBJECTIVE, PREPROCESSORS, HYPERPARAMETERS, SPLIT, SETTINGS
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y, z"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found ,
     --> statement:1:31
      |
    1 | CREATE MODEL m FROM t TARGET y, z
      |                               ^
      |
      = help: the clauses are FUNCTION, IAM_ROLE, AUTO, MODEL_TYPE, PROBLEM_TYPE, OBJECTIVE, PREPROCESSORS, HYPERPARAMETERS, SPLIT, SETTINGS
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET t.y"), @"
    error: the target is a column of the training query, without the name of a table
     --> statement:1:30
      |
    1 | CREATE MODEL m FROM t TARGET t.y
      |                              ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET"), @"
    error: expected the target column after TARGET, found the end of the statement
     --> statement:1:29
      |
    1 | CREATE MODEL m FROM t TARGET
      |                             ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET FUNCTION f"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found f
     --> statement:1:39
      |
    1 | CREATE MODEL m FROM t TARGET FUNCTION f
      |                                       ^
      |
      = help: FUNCTION was read as the column of TARGET: name the column before it
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y TARGET z"), @"
    error: TARGET is given twice
     --> statement:1:32
      |
    1 | CREATE MODEL m FROM t TARGET y TARGET z
      |                                ^^^^^^
      |
      = help: leave out one of them
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y FUNCTION 'f'"), @"
    error: expected the name of a function after FUNCTION, found 'f'
     --> statement:1:41
      |
    1 | CREATE MODEL m FROM t TARGET y FUNCTION 'f'
      |                                         ^^^
      |
      = help: a name stands bare or in double quotes: f
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y IAM_ROLE x"), @"
    error: expected default or a string after IAM_ROLE, found x
     --> statement:1:41
      |
    1 | CREATE MODEL m FROM t TARGET y IAM_ROLE x
      |                                         ^
      |
      = help: a string stands in single quotes: 'x'
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y AUTO MAYBE"), @"
    error: expected ON or OFF after AUTO, found MAYBE
     --> statement:1:37
      |
    1 | CREATE MODEL m FROM t TARGET y AUTO MAYBE
      |                                     ^^^^^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y OBJECTIVE ('mse'"), @"
    error: expected ), found the end of the statement
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM t TARGET y OBJECTIVE ('mse'
      |                                                ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y PREPROCESSORS none"), @"
    error: expected a string after PREPROCESSORS, found none
     --> statement:1:46
      |
    1 | CREATE MODEL m FROM t TARGET y PREPROCESSORS none
      |                                              ^^^^
      |
      = help: a string stands in single quotes: 'none'
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y HYPERPARAMETERS (l2 1)"), @"
    error: expected DEFAULT after HYPERPARAMETERS, found (
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM t TARGET y HYPERPARAMETERS (l2 1)
      |                                                ^
      |
      = help: for example HYPERPARAMETERS DEFAULT EXCEPT (l2 '0.5')
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y HYPERPARAMETERS DEFAULT EXCEPT l2 1"), @"
    error: expected ( and the entries of HYPERPARAMETERS, found l2
     --> statement:1:63
      |
    1 | CREATE MODEL m FROM t TARGET y HYPERPARAMETERS DEFAULT EXCEPT l2 1
      |                                                               ^^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SETTINGS (POSITIVE, WEIGHT w)"), @"
    error: expected a value of POSITIVE, found ,
     --> statement:1:50
      |
    1 | CREATE MODEL m FROM t TARGET y SETTINGS (POSITIVE, WEIGHT w)
      |                                                  ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SETTINGS ('positive' 'x')"), @"
    error: expected the name of an option or ) in SETTINGS, found 'positive'
     --> statement:1:42
      |
    1 | CREATE MODEL m FROM t TARGET y SETTINGS ('positive' 'x')
      |                                          ^^^^^^^^^^
      |
      = help: names of options stand without quotes
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SETTINGS (THRESHOLD 0.5"), @"
    error: expected , or ) in SETTINGS, found the end of the statement
     --> statement:1:55
      |
    1 | CREATE MODEL m FROM t TARGET y SETTINGS (THRESHOLD 0.5
      |                                                       ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SETTINGS (CLASS_WEIGHTS ('a' 1 2))"), @"
    error: expected , or ) in a list of values, found 2
     --> statement:1:63
      |
    1 | CREATE MODEL m FROM t TARGET y SETTINGS (CLASS_WEIGHTS ('a' 1 2))
      |                                                               ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT 0.7"), @"
    error: expected ( or NONE after SPLIT, found 0.7
     --> statement:1:38
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT 0.7
      |                                      ^^^
      |
      = help: for example SPLIT (RATIO 0.8, SEED 7)
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (RATOI 0.7)"), @"
    error: expected one of RATIO, SEED, KEY, COLUMN, ORDER BY, NONE in SPLIT, found RATOI
     --> statement:1:39
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (RATOI 0.7)
      |                                       ^^^^^
      |
      = help: did you mean RATIO?
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (RATIO 0.7, RATIO 0.8)"), @"
    error: RATIO is given twice
     --> statement:1:50
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (RATIO 0.7, RATIO 0.8)
      |                                                  ^^^^^
      |
      = help: leave out one of them
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (KEY (a), ORDER BY b)"), @"
    error: SPLIT takes only one of KEY, COLUMN, ORDER BY and NONE
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (KEY (a), ORDER BY b)
      |                                                ^^^^^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (ORDER BY b DESC)"), @"
    error: DESC in SPLIT is not supported
     --> statement:1:50
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (ORDER BY b DESC)
      |                                                  ^^^^
      |
      = help: the highest values, the latest, are held out; negate the column in the query to hold out the lowest
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (KEY (a b))"), @"
    error: expected , or ) in KEY, found b
     --> statement:1:46
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (KEY (a b))
      |                                              ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT ()"), @"
    error: expected one of RATIO, SEED, KEY, COLUMN, ORDER BY, NONE in SPLIT, found )
     --> statement:1:39
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT ()
      |                                       ^
    ");
}
