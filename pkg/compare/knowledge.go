package compare

import (
	"time"

	"github.com/jellydator/ttlcache/v3"

	"github.com/flaglens/flaglens/pkg/promql"
)

// How long what was found out is believed. A metric hardly ever changes its class; a variant can appear at any moment,
// and an operator who has just enabled one looks for it.
const (
	classTTL    = 5 * time.Minute
	variantsTTL = 5 * time.Second
	cacheSize   = 1_000
)

// knowledge is what the engine has found out about metrics and flags, for a while.
type knowledge struct {
	classes  *ttlcache.Cache[string, classes]
	variants *ttlcache.Cache[string, []string]
}

func newKnowledge() *knowledge {
	return &knowledge{
		classes:  ttlcache.New(ttlcache.WithCapacity[string, classes](cacheSize), ttlcache.WithDisableTouchOnHit[string, classes]()),
		variants: ttlcache.New(ttlcache.WithCapacity[string, []string](cacheSize), ttlcache.WithDisableTouchOnHit[string, []string]()),
	}
}

// forget gives everything up.
func (k *knowledge) forget() {
	k.classes.DeleteAll()
	k.variants.DeleteAll()
}

// classes says which kinds of metric a name stands for; several can hold while an application migrates.
type classes struct{ classic, native, summary, plain bool }

func (c classes) none() bool { return c == classes{} }

func (c *classes) set(class string) {
	switch class {
	case promql.ClassClassic:
		c.classic = true
	case promql.ClassNative:
		c.native = true
	case promql.ClassSummary:
		c.summary = true
	case promql.ClassPlain:
		c.plain = true
	}
}
