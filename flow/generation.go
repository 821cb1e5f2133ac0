package flow

// Generation2 is what generated code needs of this package, by name: a flowc
// that needs more, or other things, names another constant, and its output does
// not compile with a runtime that lacks them.
const Generation2 = 1
