package gen

// Owner says who may change a file after it was made.
type Owner int

// The owners of files.
const (
	Flowc Owner = iota // made anew at each generate
	User               // made once, as a start
)

// File is a file of a service; Path is relative to the folder of flow.toml,
// with slashes.
type File struct {
	Path    string
	Content []byte
	Owner   Owner
}
