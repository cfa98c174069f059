// The baseline of the benchmark `templates`: Go's own text/template over the same template and values.
//
//	main TEMPLATE VALUES print      the output
//	main TEMPLATE VALUES SECONDS    executions a second, best of the seconds
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// Whether Sprig takes a value for empty.
func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case bool:
		return !value
	case float64:
		return value == 0
	case map[string]any:
		return len(value) == 0
	case []any:
		return len(value) == 0
	}
	return false
}

// The functions of Sprig and Helm that the template calls, with their meaning and nothing more: Go shall not be slower for what is not used.
func functions(root *template.Template) template.FuncMap {
	return template.FuncMap{
		"default": func(fallback any, given ...any) any {
			if len(given) == 0 || isEmpty(given[0]) {
				return fallback
			}
			return given[0]
		},
		"quote": func(values ...any) string {
			parts := make([]string, 0, len(values))
			for _, value := range values {
				if text, ok := value.(string); ok {
					parts = append(parts, strconv.Quote(text))
				} else if value != nil {
					parts = append(parts, strconv.Quote(fmt.Sprint(value)))
				}
			}
			return strings.Join(parts, " ")
		},
		"trunc": func(length int, text string) string {
			if length >= 0 && len(text) > length {
				return text[:length]
			}
			return text
		},
		"nindent": func(spaces int, text string) string {
			margin := strings.Repeat(" ", spaces)
			return "\n" + margin + strings.ReplaceAll(text, "\n", "\n"+margin)
		},
		"trimSuffix": func(suffix, text string) string { return strings.TrimSuffix(text, suffix) },
		"replace":    func(old, new, text string) string { return strings.ReplaceAll(text, old, new) },
		"lower":      strings.ToLower,
		"upper":      strings.ToUpper,
		"include": func(name string, data any) (string, error) {
			var out strings.Builder
			err := root.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	raw, err := os.ReadFile(os.Args[2])
	check(err)
	var values any
	check(json.Unmarshal(raw, &values))
	root := template.New("base")
	_, err = root.Funcs(functions(root)).Parse(string(text))
	check(err)
	// One buffer for all executions: nothing is allocated for the output.
	var out bytes.Buffer
	execute := func() {
		out.Reset()
		check(root.Execute(&out, values))
	}
	if os.Args[3] == "print" {
		execute()
		fmt.Print(out.String())
		return
	}
	seconds, err := strconv.Atoi(os.Args[3])
	check(err)
	for i := 0; i < 2000; i++ {
		execute()
	}
	best := 0.0
	for round := 0; round < seconds; round++ {
		start := time.Now()
		count := 0
		for time.Since(start) < time.Second {
			for i := 0; i < 100; i++ {
				execute()
			}
			count += 100
		}
		best = max(best, float64(count)/time.Since(start).Seconds())
	}
	fmt.Println(best)
}
