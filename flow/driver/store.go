package driver

import "iter"

// Collect gathers what Each yields, for a store's All; the result is not nil, so
// that it is written as [].
func Collect[T any](records iter.Seq2[T, error]) ([]T, error) {
	list := []T{}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}
