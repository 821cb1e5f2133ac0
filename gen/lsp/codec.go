package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sourcegraph/jsonrpc2"
)

// maxMessage is the longest message that is read: a spec has 4 MiB at most, and
// JSON may write each of its bytes as six.
const maxMessage = 64 << 20

// codec frames messages as the protocol does, with a limit to their length.
type codec struct{ jsonrpc2.VSCodeObjectCodec }

// ReadObject reads a message.
func (codec) ReadObject(r *bufio.Reader, v any) error {
	length, err := readHeader(r)
	if err != nil {
		return err
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

// readHeader returns the length of the message that follows. A line that is
// longer than the reader's buffer is an error.
func readHeader(r *bufio.Reader) (length int, err error) {
	length = -1
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		name, value, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
		switch {
		case name == "" && length < 0:
			return 0, errors.New("a message has no Content-Length")
		case name == "":
			return length, nil
		case strings.EqualFold(name, "Content-Length"):
			length, err = strconv.Atoi(strings.TrimSpace(value))
			if err != nil || length < 0 || length > maxMessage {
				return 0, fmt.Errorf("a message of %q bytes: the limit is %d MiB", strings.TrimSpace(value), maxMessage>>20)
			}
		}
	}
}
