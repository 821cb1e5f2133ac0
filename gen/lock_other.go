//go:build !unix || solaris || aix

package gen

// lockDir does nothing: folders cannot be locked here. Two generates at once are
// up to the user.
func lockDir(string) (unlock func(), err error) { return func() {}, nil }
