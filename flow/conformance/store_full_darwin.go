package conformance

// smallDisks are those that a test may have here.
var smallDisks = []smallDisk{{name: "limit", begin: limitFiles}}
