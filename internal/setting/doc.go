// Package setting reads the texts of settings: what stands between "${" and
// "}", the {field} of templates, and the forms that a value may have, such as
// durations, sizes, rates, paths and URLs. The compiler judges with it what the
// spec and its defaults say, the runtime what the environment gives: a text that
// one of them refuses is refused by the other. It imports nothing of this
// module.
//
// The parsers return what is wrong as a value, never a message with the text in
// it: the compiler shows the text of the spec, the runtime does not show a value
// that may be a secret, and each of them says what to write in its own words.
package setting
