package promapi

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// errCut is what a reader of data returns once it has as much as it may keep.
var errCut = errors.New("cut")

// envelope is what every answer of the API says beside its data.
type envelope struct {
	status, errorType, error string
	warnings, infos          []string
	isPartial, hasData       bool
	// cut is set where our own cap ended the reading.
	cut bool
}

// readEnvelope reads an answer and hands its data to read, which must consume exactly one value, or
// return errCut to leave the rest unread. An answer that is no success is an *Error.
func readEnvelope(body *bodyReader, read func(*jsontext.Decoder) error) (envelope, error) {
	var e envelope
	whole, err := sniff(body)
	if err != nil {
		return e, err
	}
	dec := jsontext.NewDecoder(whole, jsontext.AllowInvalidUTF8(true))
	err = e.readFields(dec, read)
	if errors.Is(err, errCut) || err != nil && body.tooLarge() && e.hasData {
		e.cut, err = true, nil
	}
	if err != nil {
		var known *Error
		if errors.As(err, &known) {
			return e, known
		}
		return e, badResponse("the answer of Prometheus is damaged: "+describe(err), hintProxy, err)
	}
	return e, e.check()
}

// describe says what is wrong with JSON.
func describe(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it ends too early"
	}
	return clean(err.Error(), 256)
}

// readFields reads the object and makes sure that nothing follows it.
func (e *envelope) readFields(dec *jsontext.Decoder, read func(*jsontext.Decoder) error) error {
	err := readObject(dec, func(name string) (err error) {
		switch name {
		case "status":
			e.status, err = readString(dec)
		case "errorType":
			e.errorType, err = readString(dec)
		case "error":
			e.error, err = readString(dec)
		case "warnings":
			e.warnings, err = readStrings(dec)
		case "infos":
			e.infos, err = readStrings(dec)
		case "isPartial":
			var token jsontext.Token
			token, err = dec.ReadToken()
			e.isPartial = err == nil && token.Kind() == 't'
		case "data":
			e.hasData = true
			err = read(dec)
		default:
			err = dec.SkipValue()
		}
		return err
	})
	if err != nil {
		return err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the answer")
	}
	return nil
}

// check tells a success with data from everything else.
func (e *envelope) check() error {
	switch {
	case e.status == "error":
		message := "Prometheus reports an error in an answer of status 200"
		if e.error != "" {
			message += ": " + clean(e.error, maxQuotedText)
		}
		return badResponse(message, hintProxy, nil)
	case e.status != "success" && (!e.cut || e.status != ""):
		return badResponse("the answer is not that of a Prometheus API", hintNotAPI, nil)
	case !e.hasData:
		return badResponse("the answer of Prometheus has no data field", hintNotAPI, nil)
	default:
		return nil
	}
}

// readObject reads an object and hands each name to field, which must consume the value.
func readObject(dec *jsontext.Decoder, field func(name string) error) error {
	if err := expect(dec, '{', "an object"); err != nil {
		return err
	}
	for dec.PeekKind() == '"' {
		token, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if err := field(token.String()); err != nil {
			return err
		}
	}
	return expect(dec, '}', "the end of an object")
}

// readArray reads an array, calling element at each of its values, which it must consume. null is an
// empty array.
func readArray(dec *jsontext.Decoder, element func() error) error {
	if dec.PeekKind() == 'n' {
		return dec.SkipValue()
	}
	if err := expect(dec, '[', "a list"); err != nil {
		return err
	}
	for {
		switch dec.PeekKind() {
		case ']':
			return expect(dec, ']', "the end of a list")
		case 0:
			// PeekKind keeps the reason for ReadToken.
			_, err := dec.ReadToken()
			return err
		}
		if err := element(); err != nil {
			return err
		}
	}
}

// expect reads a token of a kind.
func expect(dec *jsontext.Decoder, kind jsontext.Kind, what string) error {
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != kind {
		return fmt.Errorf("it has %s where %s belongs", token.Kind(), what)
	}
	return nil
}

// readString reads a string; null is empty.
func readString(dec *jsontext.Decoder) (string, error) {
	token, err := dec.ReadToken()
	switch {
	case err != nil:
		return "", err
	case token.Kind() == 'n':
		return "", nil
	case token.Kind() != '"':
		return "", fmt.Errorf("it has %s where a text belongs", token.Kind())
	}
	return token.String(), nil
}

// readStrings reads a list of texts, each kept once.
func readStrings(dec *jsontext.Decoder) ([]string, error) {
	var texts []string
	err := readArray(dec, func() error {
		text, err := readString(dec)
		if err == nil && text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		return err
	})
	return texts, err
}
