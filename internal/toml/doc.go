// Package toml reads TOML 1.1, and is the one place that judges whether a text is
// TOML. It gives the place of every key and value, and reports all that is wrong
// with a text at once: a statement that cannot be read ends at its line, and what
// follows is read on.
//
// It takes time and memory in proportion to the text, whoever wrote it.
package toml
