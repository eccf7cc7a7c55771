package promql

import (
	"fmt"

	"github.com/prometheus/prometheus/promql/parser"
)

// formula reads arithmetic in which each bare name stands for an expression, and puts that in its place. The text is a
// constant of this package, never input; what it takes in comes from the AST.
func formula(text string, names map[string]parser.Expr) (parser.Expr, error) {
	parsed, err := promParser.ParseExpr(text)
	if err != nil {
		return nil, fmt.Errorf("read formula %q: %w", text, err)
	}
	replaced, err := substitute(parsed, names)
	if err != nil {
		return nil, fmt.Errorf("fill in formula %q: %w", text, err)
	}
	return replaced, nil
}

func substitute(expr parser.Expr, names map[string]parser.Expr) (parser.Expr, error) {
	var err error
	into := func(child parser.Expr) parser.Expr {
		if err != nil || child == nil {
			return child
		}
		var replaced parser.Expr
		replaced, err = substitute(child, names)
		return replaced
	}
	switch node := expr.(type) {
	case *parser.VectorSelector:
		replacement, ok := names[node.Name]
		if !ok {
			return nil, fmt.Errorf("nothing stands for %q", node.Name)
		}
		// What is written does not bind tighter than what it is put into.
		if _, ok := replacement.(*parser.BinaryExpr); ok {
			return &parser.ParenExpr{Expr: replacement}, nil
		}
		return replacement, nil
	case *parser.ParenExpr:
		node.Expr = into(node.Expr)
	case *parser.BinaryExpr:
		node.LHS = into(node.LHS)
		node.RHS = into(node.RHS)
	case *parser.Call:
		for i := range node.Args {
			node.Args[i] = into(node.Args[i])
		}
	case *parser.NumberLiteral:
	default:
		return nil, fmt.Errorf("%T has no place in a formula", expr)
	}
	return expr, err
}

func number(value float64) parser.Expr { return &parser.NumberLiteral{Val: value} }
