package setting

import "strings"

// maxTopic is the length of a topic in bytes (MQTT 5, 1.5.4).
const maxTopic = 65535

// FitsTopic reports whether a text is no longer than a topic of MQTT, and holds
// no NUL.
func FitsTopic(text string) bool { return len(text) <= maxTopic && !strings.Contains(text, "\x00") }

// FitsLevel reports whether a wildcard in a level of a topic filter is all of the
// level; # is the last one (MQTT 5, 4.7.1).
func FitsLevel(level string, last bool) bool {
	return level == "+" || level == "#" && last || !strings.ContainsAny(level, "+#")
}
