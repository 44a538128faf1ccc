using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Channels.Sms;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Channels.Sms;

public sealed class TwilioSignatureTests
{
    private const string Url = "https://hooks.example.com/t/tok?m=01JD6Z";

    private static readonly Dictionary<string, string> Form = new()
    {
        ["MessageSid"] = "SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ["MessageStatus"] = "delivered", ["To"] = "+966551234567",
        ["Body"] = "إلغاء 🎉", ["ToCity"] = "",
    };

    public static TheoryData<string> Vectors => [.. All().Select(v => v.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Each_vector_is_judged_as_Twilios_own_library_judges_it(string name)
    {
        var vector = All().Single(v => v.GetProperty("name").GetString() == name);
        var body = vector.TryGetProperty("body", out var json) ? Encoding.UTF8.GetBytes(json.GetString()!)
            : TwilioTwin.Encode(vector.GetProperty("params").EnumerateObject().SelectMany(Values));
        var isSigned = TwilioSignature.IsSigned(
            [vector.GetProperty("authToken").GetString()], vector.GetProperty("url").GetString()!,
            TwilioSignature.Form(body), body, vector.GetProperty("signature").GetString());
        Assert.Equal(vector.GetProperty("valid").GetBoolean(), isSigned);
    }

    [Fact]
    public void There_are_valid_and_invalid_vectors()
    {
        Assert.Equal((25, 18), (All().Count, All().Count(v => v.GetProperty("valid").GetBoolean())));
    }

    [Fact]
    public void A_JSON_body_that_is_not_the_hashed_one_is_not_signed()
    {
        var vector = All().Single(v => v.GetProperty("name").GetString() == "event streams style json body");
        var body = Encoding.UTF8.GetBytes(vector.GetProperty("body").GetString()! + " ");
        Assert.False(TwilioSignature.IsSigned([vector.GetProperty("authToken").GetString()],
            vector.GetProperty("url").GetString()!, TwilioSignature.Form(body), body, vector.GetProperty("signature").GetString()));
    }

    [Fact]
    public void Any_character_changed_anywhere_breaks_the_signature()
    {
        var good = Signature();
        Assert.True(IsSigned(Url, Form, good));
        var places = Gen.Choose(0, 3).SelectMany(what => Gen.Choose(0, 10_000).SelectMany(at => Gen.Choose(32, 126)
            .Select(c => (What: what, At: at, To: (char)c))));
        Prop.ForAll(places.ToArbitrary(), change =>
        {
            var (url, form, signature) = (Url, new Dictionary<string, string>(Form), good);
            switch (change.What)
            {
                case 0: url = Changed(Url, change.At, change.To); break;
                case 1: signature = Changed(good, change.At, change.To); break;
                case 2:
                    var name = Form.Keys.ElementAt(change.At % Form.Count);
                    if (form[name].Length > 0) { form[name] = Changed(form[name], change.At / Form.Count, change.To); }
                    break;
                default:
                    var old = Form.Keys.ElementAt(change.At % Form.Count);
                    form.Remove(old);
                    form[Changed(old, change.At / Form.Count, change.To)] = Form[old];
                    break;
            }

            var isSame = url == Url && signature == good && form.Count == Form.Count && !form.Except(Form).Any();
            return IsSigned(url, form, signature) == isSame;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_byte_of_a_signature_counts_even_those_that_base64_ignores()
    {
        var good = Signature();
        for (var at = 0; at < good.Length; at++)
        {
            foreach (var c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= ".Where(c => c != good[at]))
            {
                Assert.False(IsSigned(Url, Form, Changed(good, at, c)), $"{at} {c}");
            }
        }
    }

    [Fact]
    public void Garbage_is_refused_and_never_throws()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<(string? Url, string? Signature, byte[] Body)>(), given =>
            !TwilioSignature.IsSigned(["12345", null, ""], given.Url ?? "", TwilioSignature.Form(given.Body ?? []), given.Body,
                given.Signature)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_blank_token_signs_nothing()
    {
        var mac = TwilioTwin.Signed(Url, Form, "").Header("X-Twilio-Signature");
        var body = TwilioTwin.Encode(Form);
        Assert.False(TwilioSignature.IsSigned(["", null], Url, TwilioSignature.Form(body), body, mac));
    }

    [Fact]
    public void More_fields_than_Twilio_sends_are_not_signed()
    {
        var form = Enumerable.Range(0, 300).ToDictionary(n => $"f{n}", _ => "x");
        var request = TwilioTwin.Signed(Url, form);
        Assert.False(TwilioSignature.IsSigned([TwilioTwin.AuthToken], Url, TwilioSignature.Form(request.Body.Span),
            request.Body.Span, request.Header("X-Twilio-Signature")));
    }

    private static bool IsSigned(string url, Dictionary<string, string> form, string signature)
    {
        var body = TwilioTwin.Encode(form);
        return TwilioSignature.IsSigned([TwilioTwin.AuthToken], url, TwilioSignature.Form(body), body, signature);
    }

    private static string Signature() => TwilioTwin.Signed(Url, Form).Header("X-Twilio-Signature")!;

    private static string Changed(string text, int at, char to)
    {
        var place = at % text.Length;
        return text[..place] + to + text[(place + 1)..];
    }

    private static IEnumerable<KeyValuePair<string, string>> Values(JsonProperty field) =>
        field.Value.ValueKind == JsonValueKind.Array
            ? field.Value.EnumerateArray().Select(v => KeyValuePair.Create(field.Name, v.GetString()!))
            : [KeyValuePair.Create(field.Name, field.Value.GetString()!)];

    private static List<JsonElement> All() =>
        [.. JsonDocument.Parse(File.ReadAllText(Repo.Fixture("messaging", "twilio-signature-vectors.json")))
            .RootElement.GetProperty("vectors").EnumerateArray()];
}
