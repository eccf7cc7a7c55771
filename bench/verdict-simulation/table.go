package main

import (
	"fmt"
	"math"
	"strings"
)

// table is one table of the report.
type table struct {
	title  string
	header []string
	rows   [][]string
	note   string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// markdown writes the table as prettier would: columns as wide as their widest cell.
func (t *table) markdown() string {
	widths := make([]int, len(t.header))
	for _, row := range append([][]string{t.header}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)), 3)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", t.title)
	line := func(cells []string) {
		b.WriteString("|")
		for i, cell := range cells {
			fmt.Fprintf(&b, " %s%s |", cell, strings.Repeat(" ", widths[i]-len([]rune(cell))))
		}
		b.WriteString("\n")
	}
	line(t.header)
	rule := make([]string, len(widths))
	for i, w := range widths {
		rule[i] = strings.Repeat("-", w)
	}
	line(rule)
	for _, row := range t.rows {
		line(row)
	}
	if t.note != "" {
		fmt.Fprintf(&b, "\n%s\n", t.note)
	}
	return b.String()
}

// share writes a rate with its standard error: ".013 ± .004".
func share(rate, se float64) string {
	return fmt.Sprintf("%s ± %s", decimals(rate), decimals(se))
}

func decimals(x float64) string {
	return strings.TrimPrefix(fmt.Sprintf("%.3f", x), "0")
}

// minutes writes a median delay: "74 ± 3", "> 1073 (12% found)" where most runs end without.
func minutes(o outcome, from, length int) string {
	median, se, found := o.delay(from)
	switch {
	case math.IsNaN(median):
		return "-"
	case math.IsInf(median, 1):
		return fmt.Sprintf("> %d (%.0f%% found)", length-from, 100*found)
	case math.IsInf(se, 1):
		return fmt.Sprintf("%.0f (%.0f%% found)", median, 100*found)
	case found < 0.9995:
		return fmt.Sprintf("%.0f ± %.1f (%.1f%% found)", median, se, 100*found)
	default:
		return fmt.Sprintf("%.0f ± %.1f", median, se)
	}
}
