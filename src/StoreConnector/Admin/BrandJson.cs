using System.Text.Json;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Stores;

namespace StoreConnector.Admin;

/// <summary>How a store shows itself, with what its check needs of the store.</summary>
/// <param name="Settings">How its messages look.</param>
/// <param name="PostalAddress">In print at the foot; null: no marketing e-mail leaves.</param>
/// <param name="Store">Whose it is.</param>
internal sealed record StoreBrand(BrandSettings Settings, string? PostalAddress, Store Store)
{
    public static StoreBrand Of(Store store) => new(store.Brand, store.PostalAddress, store);

    public Store In(Store store) => store with { Brand = Settings, PostalAddress = PostalAddress };
}

/// <summary>A logo at the size it is shown, in pixels.</summary>
/// <param name="Url">An https picture on the shop's own host or its platform's content network.</param>
/// <param name="DarkUrl">The picture for dark mode; without it the logo keeps a white plate there.</param>
internal sealed record LogoModel(string Url, int Width, int Height, string? DarkUrl);

/// <summary>Which parts of messages are shown.</summary>
internal sealed record PartsModel(bool Prices, bool Pictures, bool Recommendations);

/// <summary>What becomes of the one colour; only shown.</summary>
internal sealed record ColorsModel(
    string Button, string OnButton, string Link, string ButtonDark, string OnButtonDark, string LinkDark);

/// <summary>How a store's messages look, as the API shows it.</summary>
/// <param name="Color">The merchant's one colour, <c>#RRGGBB</c>.</param>
/// <param name="Digits">Of Arabic messages: western or arabic-indic.</param>
/// <param name="DiscreetSubjects">Subjects name no product.</param>
/// <param name="RepliesAreRead">Whether a person reads what is answered.</param>
internal sealed record BrandModel(
    int Version, string Color, ColorsModel Colors, LogoModel? Logo, string? PostalAddress, string Digits,
    bool DiscreetSubjects, bool RepliesAreRead, PartsModel Parts)
{
    private const string Western = "western", ArabicIndic = "arabic-indic";
    private const string AllowedLogo =
        "null, or {\"url\", \"width\": 1 to 240, \"height\": 1 to 96, \"darkUrl\"?} with https pictures on the shop's "
        + "own host or its platform's content network";
    private const string AllowedParts = "an object of prices, pictures and recommendations, each true or false";
    private const string AllowedAddress = "null, or 1 to 300 characters, lines divided by a line feed";

    public static BrandModel Of(StoreBrand brand)
    {
        var (settings, colors) = (brand.Settings, BrandColors.From(brand.Settings.Color));
        return new(settings.Version, settings.Color,
            new(colors.Button, colors.OnButton, colors.Link, colors.ButtonDark, colors.OnButtonDark, colors.LinkDark),
            settings.Logo is { } logo
                ? new(logo.Source.AbsoluteUri, logo.Width, logo.Height, logo.Dark?.AbsoluteUri) : null,
            brand.PostalAddress, settings.Digits == Core.Messages.Digits.Western ? Western : ArabicIndic,
            settings.DiscreetSubjects, settings.RepliesAreRead,
            new(settings.Parts.Prices, settings.Parts.Pictures, settings.Parts.Recommendations));
    }

    /// <summary>Lays what was sent over what is saved; the version rises when anything changed.</summary>
    public static StoreBrand Apply(JsonBody body, StoreBrand saved)
    {
        body.Field("version"); // A precondition, looked at by the caller.
        body.Field("colors"); // What is only shown may come back.
        var settings = saved.Settings with
        {
            Color = ReadColor(body) ?? saved.Settings.Color,
            Logo = body.Field("logo") is { } logo ? ReadLogo(body, logo, saved.Store) : saved.Settings.Logo,
            Digits = ReadDigits(body) ?? saved.Settings.Digits,
            DiscreetSubjects = body.Flag("discreetSubjects") ?? saved.Settings.DiscreetSubjects,
            RepliesAreRead = body.Flag("repliesAreRead") ?? saved.Settings.RepliesAreRead,
            Parts = ReadParts(body, saved.Settings.Parts),
        };
        var changed = saved with
        {
            Settings = settings,
            PostalAddress = body.Field("postalAddress") is null ? saved.PostalAddress : ReadAddress(body),
        };
        return changed == saved ? saved
            : changed with { Settings = settings with { Version = saved.Settings.Version + 1 } };
    }

    private static string? ReadColor(JsonBody body)
    {
        const string Allowed = "a colour, for example #9A4423";
        if (body.Text("color", Allowed) is not { } color) { return null; }

        if (BrandColors.IsColor(color)) { return color.ToUpperInvariant(); }

        body.Refuse("color", body.Field("color"), Allowed);
        return null;
    }

    private static Digits? ReadDigits(JsonBody body)
    {
        const string Allowed = "western or arabic-indic";
        switch (body.Text("digits", Allowed))
        {
            case null: return null;
            case Western: return Core.Messages.Digits.Western;
            case ArabicIndic: return Core.Messages.Digits.ArabicIndic;
            default:
                body.Refuse("digits", body.Field("digits"), Allowed);
                return null;
        }
    }

    private static Logo? ReadLogo(JsonBody body, JsonElement sent, Store store)
    {
        if (sent.ValueKind == JsonValueKind.Null) { return null; }

        var model = sent.ValueKind == JsonValueKind.Object ? LogoOf(sent) : null;
        if (model is null
            || new[] { model.Source, model.Dark }.Any(p => p is not null && !BrandSettings.IsOwnPicture(p, store)))
        {
            body.Refuse("logo", sent, AllowedLogo);
        }

        return model;
    }

    private static Logo? LogoOf(JsonElement sent)
    {
        var (url, dark, width, height) = ((Uri?)null, (Uri?)null, 0, 0);
        foreach (var field in sent.EnumerateObject())
        {
            var isGood = field.Name switch
            {
                "url" => Uri.TryCreate(Text(field.Value), UriKind.Absolute, out url),
                "darkUrl" => field.Value.ValueKind == JsonValueKind.Null
                    || Uri.TryCreate(Text(field.Value), UriKind.Absolute, out dark),
                "width" => field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out width),
                "height" => field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out height),
                _ => false,
            };
            if (!isGood) { return null; }
        }

        return url is not null && new Logo(url, width, height, dark) is { IsShowable: true } logo ? logo : null;
    }

    // Longer than any picture's address.
    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String
        && JsonBody.TextOf(value) is { Length: <= 1000 } text ? text : null;

    private static MessageParts ReadParts(JsonBody body, MessageParts saved)
    {
        if (body.Field("parts") is not { } sent) { return saved; }

        var (prices, pictures, recommendations) = saved;
        var fields = sent.ValueKind == JsonValueKind.Object ? sent.EnumerateObject().ToList() : [];
        foreach (var field in fields)
        {
            var isShown = field.Value.ValueKind == JsonValueKind.True;
            switch (field.Name)
            {
                case "prices": prices = isShown; break;
                case "pictures": pictures = isShown; break;
                case "recommendations": recommendations = isShown; break;
                default: body.Refuse($"parts.{field.Name}", field.Value, AllowedParts); break;
            }
        }

        if (sent.ValueKind != JsonValueKind.Object
            || fields.Exists(f => f.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)))
        {
            body.Refuse("parts", sent, AllowedParts);
        }

        return new(prices, pictures, recommendations);
    }

    private static string? ReadAddress(JsonBody body)
    {
        var sent = body.Field("postalAddress")!.Value;
        if (sent.ValueKind == JsonValueKind.Null) { return null; }

        var text = body.Text("postalAddress", AllowedAddress)?.Trim();
        if (text is { Length: 0 or > NewStore.MaxAddress } || text?.Any(c => char.IsControl(c) && c != '\n') == true)
        {
            body.Refuse("postalAddress", sent, AllowedAddress);
        }

        return text;
    }
}
