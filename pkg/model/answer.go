package model

// AnswerMeta is the custom part of the meta of an answer's first frame, where something failed. The error of the answer
// says the same as text alone.
type AnswerMeta struct {
	Failures []Failure `json:"failures"`
}

// Failure is a part of an answer that failed.
type Failure struct {
	// Signals are the ids of the signals that are missing for it; several where one request is for all of them, none where
	// it is about no signal.
	Signals []string `json:"signals"`
	// Message is the line of the answer's error.
	Message string `json:"message"`
}
