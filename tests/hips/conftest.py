"""The programs are run by `test_against_hips`, in two environments; they hold no tests themselves."""

collect_ignore = ["programs"]
