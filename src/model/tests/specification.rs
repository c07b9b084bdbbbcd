//! A second reader, written from `models/README.md` alone: what it cannot read is not specified.

use std::path::Path;

use super::super::artifact::encode;
use super::transform::transformed;

/// Takes values off the front of a payload.
struct Payload<'a>(&'a [u8]);

impl<'a> Payload<'a> {
    fn bytes(&mut self, n: usize) -> &'a [u8] {
        let (head, rest) = self.0.split_at(n);
        self.0 = rest;
        head
    }

    fn byte(&mut self) -> u8 {
        self.bytes(1)[0]
    }

    fn varint(&mut self) -> u128 {
        let width = match self.byte() {
            small @ 0..=250 => return small.into(),
            marker => 1 << (marker - 250),
        };
        let mut wide = [0; 16];
        wide[..width].copy_from_slice(self.bytes(width));
        u128::from_le_bytes(wide)
    }

    fn length(&mut self) -> usize {
        usize::try_from(self.varint()).unwrap()
    }

    fn text(&mut self) -> &'a str {
        let length = self.length();
        std::str::from_utf8(self.bytes(length)).unwrap()
    }

    fn float(&mut self) -> f64 {
        f64::from_le_bytes(self.bytes(8).try_into().unwrap())
    }

    fn list<T>(&mut self, mut element: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.length()).map(|_| element(self)).collect()
    }

    fn option<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.byte() == 1).then(|| value(self))
    }

    fn choice<'n>(&mut self, alternatives: &[&'n str]) -> &'n str {
        alternatives[self.length()]
    }

    fn column_type(&mut self) -> String {
        let name = self.choice(&[
            "Null",
            "Boolean",
            "Int8",
            "Int16",
            "Int32",
            "Int64",
            "UInt8",
            "UInt16",
            "UInt32",
            "UInt64",
            "Float16",
            "Float32",
            "Float64",
            "Decimal",
            "Utf8",
            "LargeUtf8",
            "Utf8View",
            "Date",
            "Time",
            "Timestamp",
            "Duration",
            "Interval",
            "List",
            "Struct",
        ]);
        match name {
            "Decimal" => format!("Decimal {:?}", self.bytes(2)),
            "Timestamp" => format!("Timestamp {}", self.option(Payload::text).unwrap_or("local")),
            "List" => format!("List of {}", self.column_type()),
            "Struct" => format!("Struct of {}", self.list(|p| format!("{} {}", p.text(), p.column_type())).join(", ")),
            _ => name.to_owned(),
        }
    }

    fn label(&mut self) -> String {
        match self.choice(&["Boolean", "Integer", "Float", "Text"]) {
            "Boolean" => (self.byte() == 1).to_string(),
            "Integer" => match self.varint() {
                even if even % 2 == 0 => (even / 2).to_string(),
                odd => format!("-{}", odd / 2 + 1),
            },
            "Float" => self.float().to_string(),
            _ => self.text().to_owned(),
        }
    }

    fn encoder(&mut self) -> String {
        match self.choice(&["Ignored", "Number", "Category", "Calendar", "List", "Struct"]) {
            "Ignored" => self.choice(&["Constant", "AllNull", "Identifier"]).to_owned(),
            "Number" => {
                let source = self.choice(&["Numeric", "Boolean", "Text", "Seconds"]);
                format!("{source} {} {} {}", self.float(), self.float(), self.byte())
            }
            "Category" => self.list(Payload::text).join("|"),
            "Calendar" => {
                let zone = self.option(Payload::text).unwrap_or("local").to_owned();
                let parts = ["Epoch", "TimeOfDay", "Month", "DayOfMonth", "DayOfWeek", "Hour"];
                let parts = self.list(|p| format!("{} ({})", p.choice(&parts), p.encoder()));
                format!("{zone} {}", parts.join(", "))
            }
            "List" => self.list(Payload::encoder).join(", "),
            _ => self.list(|p| format!("{} ({})", p.text(), p.encoder())).join(", "),
        }
    }

    fn inputs(&mut self) -> Vec<String> {
        self.list(|p| format!("{} {}", p.text(), p.column_type()))
    }

    fn vocabulary(&mut self) -> String {
        format!("{} most frequent {}", self.list(Payload::text).join("|"), self.varint())
    }

    fn floats(&mut self) -> String {
        self.list(Payload::float).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    fn learned(&mut self) -> String {
        let kind = self.choice(&[
            "Scale",
            "Buckets",
            "OneHot",
            "Label",
            "MultiHot",
            "Number",
            "Text",
            "Category",
            "Indicators",
            "Ordinals",
            "Directions",
            "Components",
        ]);
        let content = match kind {
            "Scale" => format!("{} {} {}", self.float(), self.float(), self.byte()),
            "Buckets" => format!("{} {}", self.floats(), self.choice(&["Names", "Ranges", "Json"])),
            "OneHot" => format!("{} {}", self.vocabulary(), self.byte()),
            "Label" | "MultiHot" | "Category" | "Indicators" => self.vocabulary(),
            "Number" => format!("{:?}", self.option(Payload::float)),
            "Text" => format!("{:?}", self.option(Payload::text)),
            "Ordinals" => match self.choice(&["Texts", "Numbers"]) {
                "Texts" => self.list(Payload::text).join("|"),
                _ => self.floats(),
            },
            "Directions" => self.list(Payload::text).join("|"),
            _ => format!("{} {} {}", self.list(Payload::text).join("|"), self.floats(), self.list(Payload::floats).join(", ")),
        };
        format!("{kind} {content}")
    }

    fn curve(&mut self) -> Vec<[f64; 5]> {
        self.list(|p| [(); 5].map(|()| p.float()))
    }
}

#[test]
fn the_specification_is_enough_to_read_a_model() {
    let file = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/golden/v1.dfml")).unwrap();
    assert_eq!(file[..16], *b"\x89DFM\r\n\x1a\n\x01\0\0\0\x01\0\0\0");
    let word = |at: usize| usize::try_from(u64::from_le_bytes(file[at..at + 8].try_into().unwrap())).unwrap();
    let (header_end, payload_end) = (40 + word(16), 40 + word(16) + word(24));
    assert_eq!(file[payload_end..], *blake3::hash(&file[..payload_end]).as_bytes());
    assert_eq!(file[32..36], crc32fast::hash(&file[40..header_end]).to_le_bytes());
    assert_eq!(file[36..40], crc32fast::hash(&file[header_end..payload_end]).to_le_bytes());
    let header: serde_json::Value = serde_json::from_slice(&file[40..header_end]).unwrap();
    assert_eq!(header["model"], "ml.\"Churn\"");

    let mut p = Payload(&file[header_end..payload_end]);
    assert_eq!(p.list(Payload::text), ["ml", "Churn"]);
    assert_eq!(p.varint(), 1, "version");
    assert_eq!(p.text(), "who leaves — by month");
    assert_eq!(p.text(), "predict_churn");
    assert_eq!(p.choice(&["Binary", "Multiclass", "Regression"]), "Binary");
    assert_eq!((p.text(), p.column_type().as_str()), ("Churn", "Utf8View"));
    assert_eq!(p.list(Payload::label), ["No", "Yes"]);
    assert_eq!(p.option(Payload::label), None, "one against the rest");
    let mut summaries = Vec::new();
    let features = p.list(|p| {
        let feature = format!("{}: {} {}", p.text(), p.column_type(), p.encoder());
        summaries.push((p.varint(), p.option(Payload::varint), p.option(|p| [(); 5].map(|()| p.float()))));
        feature
    });
    assert_eq!(summaries[1], (11, None, Some([1.0, 72.0, 32.4, 29.0, 24.5])));
    assert_eq!(summaries[4], (0, Some(3), None));
    assert_eq!(
        features,
        [
            "customerID: Utf8View Identifier",
            "tenure: Int64 Numeric 32.4 24.5 0",
            "TotalCharges: Utf8 Text 2283.3 2266.8 1",
            "Partner: Boolean Boolean 0.48 0.5 0",
            "Contract: Utf8View Month-to-month|Two year|One year",
            "day: Timestamp Europe/Berlin Europe/Berlin Epoch (Numeric 18000 365 0), Month (12|1)",
            "pixels: List of Float32 Numeric 0.5 0.25 0, Constant",
            "address: Struct of city Utf8 city (Kiel)",
        ]
    );
    assert!(p.option(|_| ()).is_none(), "transform");
    assert_eq!(p.choice(&["Linear"]), "Linear");
    assert_eq!(p.list(|p| (p.float(), p.list(Payload::float).len())), [(-1.25, 18)]);
    assert_eq!(p.choice(&["Gaussian", "Binomial", "Multinomial", "Poisson", "Gamma", "Tweedie"]), "Binomial");
    assert_eq!(p.choice(&["Identity", "Logit", "Softmax", "Log"]), "Logit");
    assert_eq!(p.list(Payload::float).len(), 18, "column means");
    assert_eq!((p.list(Payload::float), p.list(Payload::float)), (vec![0.735, 0.265], vec![0.58, 0.42]), "prior, losses");
    let goodness = p.option(|p| ([(); 3].map(|()| p.varint()), p.float(), p.float(), p.option(Payload::float)));
    assert_eq!(goodness, Some(([4_922, 14, 1], 4_100.5, 5_700.25, Some(-2_050.25))));
    let inference = p.option(|p| {
        let (freedom, dispersion) = (p.option(Payload::float), p.float());
        let estimates = p.list(|p| p.list(|p| (p.float(), p.option(Payload::float))));
        (freedom, dispersion, estimates[0][0], estimates[0].len(), p.list(Payload::float).len())
    });
    assert_eq!(inference, Some((None, 1.0, (-1.25, Some(0.5)), 19, 0)));
    let trials = p.list(|p| ([(); 5].map(|()| p.float()), p.varint(), p.byte()));
    assert_eq!((trials, p.text()), (vec![([0.5, 0.0, 0.42, 0.43, 0.84], 9, 1)], "roc_auc"));
    assert_eq!(p.option(|p| (p.float(), p.text())), Some((0.35, "highest F1 of the out-of-fold predictions")));
    assert!(p.text().starts_with("CREATE MODEL"));
    assert_eq!(p.text().len(), 64, "data fingerprint");
    let report = p.list(|p| [(); 4].map(|()| p.text()));
    assert_eq!(report, [["model", "rows used", "7032", "11 dropped: target is null"]]);
    assert_eq!(p.choice(&["HeldOut", "Training"]), "HeldOut");
    assert_eq!(p.varint(), 2110, "rows");
    let metrics = p.list(|p| (p.text(), p.float(), p.option(|p| (p.float(), p.float())), p.option(Payload::float)));
    assert_eq!(metrics[0], ("roc_auc", 0.845, Some((0.827, 0.862)), Some(0.5)));
    assert!(metrics[1].0 == "precision" && metrics[1].1.is_nan() && metrics[1].2.is_none() && metrics[1].3.is_none());
    assert_eq!(p.curve(), [[0.9, 3.0, 1.0, 1548.0, 558.0], [0.1, 550.0, 900.0, 649.0, 11.0]]);
    assert_eq!(p.curve(), [[0.35, 400.5, 300.25, 1248.75, 160.5]]);
    assert_eq!((p.float(), p.float()), (1.0, 5.0), "costs");
    assert!(p.list(|p| p.list(Payload::float)).is_empty(), "confusion");
    assert_eq!(p.list(|p| [(); 4].map(|()| p.float())), [[0.2, 2110.0, 0.27, 0.265]], "calibration");
    assert_eq!(p.list(|p| p.list(Payload::float).len()), [8], "attributions");
    assert!(p.0.is_empty(), "nothing follows the model");
}

/// A transform stands behind the features.
#[test]
fn the_specification_is_enough_to_read_a_transform() {
    let payload = encode(&transformed()).unwrap();
    let mut p = Payload(&payload);
    assert_eq!((p.list(Payload::text), p.varint(), p.text(), p.text()), (vec!["m"], 1, "", "f"));
    assert_eq!(p.choice(&["Binary", "Multiclass", "Regression"]), "Regression");
    assert_eq!((p.text(), p.column_type().as_str()), ("y", "Float64"));
    assert_eq!((p.list(Payload::label).len(), p.option(Payload::label)), (0, None));
    let features = p.list(|p| {
        let feature = format!("{}: {} {}", p.text(), p.column_type(), p.encoder());
        let summary = (p.varint(), p.option(Payload::varint), p.option(Payload::float));
        assert_eq!(summary, (0, None, None));
        feature
    });
    assert_eq!(features, ["scaled: Float64 Numeric 0.5 0.25 0", "kind: Utf8 Constant"]);
    assert_eq!(p.byte(), 1, "a transform");
    assert_eq!(p.inputs(), ["x Float64", "c Utf8"]);
    let steps = p.list(|p| format!("{}({}): {}", p.text(), p.text(), p.learned()));
    assert_eq!(
        steps,
        [
            "scale_1(x): Scale 1.5 2 1",
            "buckets_1(x): Buckets 1 2.5 Ranges",
            "one_hot_1(x): OneHot a|b most frequent 2 1",
            "label_1(x): Label a|b most frequent 1",
            "multi_hot_1(x): MultiHot a most frequent 1",
            "number_1(x): Number Some(0.25)",
            "text_1(x): Text Some(\"b\")",
            "category_1(x): Category a|b most frequent 0",
            "indicators_1(x): Indicators a|b most frequent 1",
            "ordinals_1(x): Ordinals a|b",
            "ordinals_2(x): Ordinals -1 3",
            "directions_1(x): Directions p|q",
            "components_1(x): Components p|q 0.5 1 1 0, 0 1",
        ]
    );
    assert_eq!(p.list(Payload::text), ["scale_1(number_1(x))", "category_1(c)"]);
    let label = p.option(|p| (p.inputs(), p.text()));
    assert_eq!(label, Some((vec!["z Int64".to_owned()], "CAST(z AS DOUBLE) / 2.0")));
    assert_eq!(p.choice(&["Linear"]), "Linear", "what follows");
}
