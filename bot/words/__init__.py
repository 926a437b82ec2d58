"""words: snapshot and template become text. All prose lies in `templates/`; here is only how it is filled."""
