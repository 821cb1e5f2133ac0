package fail

import (
	"fmt"
	"runtime/debug"
)

// Panic is a panic of a stage function, as the error of its stage.
type Panic struct {
	Value any
	Stack []byte
}

// Error gives the value of the panic; the stack is logged beside it.
func (e *Panic) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Catch turns a panic into an error with its stack. It is deferred.
func Catch(err *error) {
	if v := recover(); v != nil {
		*err = &Panic{Value: v, Stack: debug.Stack()}
	}
}

// Guard calls do; a panic becomes its error.
func Guard(do func() error) (err error) {
	defer Catch(&err)
	return do()
}
