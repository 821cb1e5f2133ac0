package templates

import (
	"bytes"
	"encoding/json"

	"github.com/flowc-dev/flowc/spec/jsonschema"
)

// SchemaName is the file beside flow.toml that holds its JSON Schema.
const SchemaName = "flow.schema.json"

// Schema returns the JSON Schema of flow.toml as text.
func Schema() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(jsonschema.Of(Specs(Kinds())))
	return b.Bytes(), err
}
