package filestore

import "os"

// SwapData gives the file of a store another handle, and returns the one that
// it had.
func (s *Store[T]) SwapData(data *os.File) *os.File {
	old := s.file.data
	s.file.data = data
	return old
}
