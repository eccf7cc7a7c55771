package replay

import (
	"encoding/json"
	"math"

	"github.com/flaglens/flaglens/pkg/verdict"
)

// output is one line of the output: what the ticks up to T prove. Numbers that there are not are null.
type output struct {
	T     int64         `json:"t"`
	State verdict.State `json:"state"`
	Live  verdict.State `json:"state_live"`
	// Evidence is ln E / ln(1/alpha), latched at its largest where the state is; EvidenceLive is that of now.
	Evidence     number `json:"evidence"`
	EvidenceLive number `json:"evidence_live"`
	P            number `json:"p"`
	// The bounds of the difference (feature minus baseline) and of the ratio hold at every look at once.
	Difference number `json:"difference"`
	Lower      number `json:"lower"`
	Upper      number `json:"upper"`
	Margin     number `json:"margin"`
	Level      number `json:"level"`
	Ratio      number `json:"ratio"`
	RatioLower number `json:"ratio_lower"`
	RatioUpper number `json:"ratio_upper"`
	// Of latency, Stat is the quantile and Edge the bucket edge that the difference of shares is about.
	Stat          string `json:"stat"`
	Edge          number `json:"edge"`
	BaselineValue number `json:"baseline_value"`
	VariantValue  number `json:"variant_value"`
	NBaseline     number `json:"n_baseline"`
	NVariant      number `json:"n_variant"`
	BadBaseline   number `json:"bad_baseline"`
	BadVariant    number `json:"bad_variant"`
	Dispersion    number `json:"dispersion"`
	Ticks         int    `json:"ticks"`
	Processes     int    `json:"processes"`
	FiredAt       *int64 `json:"fired_at"`
	Reason        string `json:"reason,omitempty"`
}

// number is a float64 that is null in JSON where it is not finite.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	if f := float64(n); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

func outputOf(t int64, v verdict.Verdict, reasons bool) output {
	o := output{
		T: t, State: v.State, Live: v.Live,
		Evidence: number(v.Evidence), EvidenceLive: number(v.EvidenceLive), P: number(v.P),
		Difference: number(v.Difference), Lower: number(v.Lower), Upper: number(v.Upper),
		Margin: number(v.Margin), Level: number(v.Level),
		Ratio: number(v.Ratio), RatioLower: number(v.RatioLower), RatioUpper: number(v.RatioUpper),
		Stat: v.Stat, Edge: number(v.Edge), BaselineValue: number(v.BaselineValue), VariantValue: number(v.VariantValue),
		NBaseline: number(v.NBaseline), NVariant: number(v.NVariant),
		BadBaseline: number(v.BadBaseline), BadVariant: number(v.BadVariant),
		Dispersion: number(v.Dispersion), Ticks: v.Ticks, Processes: v.Processes,
	}
	if v.FiredAt != 0 {
		o.FiredAt = &v.FiredAt
	}
	if reasons {
		o.Reason = v.Reason
	}
	return o
}
