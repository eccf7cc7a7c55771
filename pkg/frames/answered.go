package frames

import "github.com/grafana/grafana-plugin-sdk-go/data"

// Answered is an answer of so many rows or series, of which a part may have failed. The empty frame is dropped where
// nothing was read because everything failed.
func Answered(result data.Frames, rows int, err error) (data.Frames, error) {
	if rows == 0 && err != nil {
		return nil, err
	}
	return result, err
}
