package gen

// GenerateFrom is [Generate] with a service that is prepared already.
var GenerateFrom = generate
