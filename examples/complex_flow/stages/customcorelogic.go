package stages

import (
	"context"
	"fmt"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/flowc-dev/flowc/examples/complex_flow/records"
	"github.com/flowc-dev/flowc/flow"
)

// CustomCoreLogic is stage "custom_core_logic".
//
// Works out a value from all numbers, as the last letter says.
func CustomCoreLogic(ctx context.Context, httpSourceInt flow.Reader[records.Number], httpSourceStr flow.Reader[records.Letter], mqttSourceInt flow.Reader[records.Integer]) (records.Message, error) {
	letters, err := httpSourceStr.All(ctx)
	if err != nil {
		return records.Message{}, err
	}
	if len(letters) == 0 {
		return records.Message{}, flow.Skip // none has come yet
	}
	numbers, err := sumOfNumbers(ctx, httpSourceInt)
	if err != nil {
		return records.Message{}, err
	}
	integers, err := sumOfIntegers(ctx, mqttSourceInt)
	if err != nil {
		return records.Message{}, err
	}
	letter, _ := utf8.DecodeRuneInString(letters[0].GeneratedRandomLetter)
	return message(letter, numbers, integers), nil
}

// message says what the numbers make where this letter came last.
func message(letter rune, numbers, integers int) records.Message {
	if unicode.IsUpper(letter) {
		text := fmt.Sprintf("Calculated value is %d", numbers+integers)
		return records.Message{CalculationMode: "Upper case", Uppercase: &text}
	}
	text := fmt.Sprintf("Calculated value is %d", numbers-integers)
	return records.Message{CalculationMode: "Lower case", Lowercase: &text}
}

func sumOfNumbers(ctx context.Context, store flow.Reader[records.Number]) (sum int, err error) {
	for r, err := range store.Each(ctx) {
		if err != nil {
			return 0, err
		}
		sum += r.GeneratedRandomNumber
	}
	return sum, nil
}

func sumOfIntegers(ctx context.Context, store flow.Reader[records.Integer]) (sum int, err error) {
	for r, err := range store.Each(ctx) {
		if err != nil {
			return 0, err
		}
		n, err := strconv.Atoi(r.GeneratedNumber)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}
