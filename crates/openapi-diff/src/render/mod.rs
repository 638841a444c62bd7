//! Findings in words: for a terminal, for a pull request, for a workflow, for a program.
