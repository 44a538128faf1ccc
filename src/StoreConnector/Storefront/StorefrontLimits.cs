namespace StoreConnector.Storefront;

/// <summary>
/// How much strangers may say. None of it is shared by the copies of the service: with several, each counts for itself.
/// </summary>
internal sealed class StorefrontLimits(TimeProvider clock)
{
    /// <summary>The length of a window of visits.</summary>
    public static readonly TimeSpan VisitWindow = TimeSpan.FromMinutes(1);

    /// <summary>The length of a window of sign-ups.</summary>
    public static readonly TimeSpan SignUpWindow = TimeSpan.FromMinutes(10);

    /// <summary>Visits of one browser in a minute: a person opens a page every two seconds at most.</summary>
    public const int PerBrowser = 30;

    /// <summary>Visits from one address in a minute: a mobile network's customers may share one.</summary>
    public const int PerAddress = 600;

    /// <summary>Visits of one store in a minute, 50 a second: what a busy sale has.</summary>
    public const int PerStore = 3000;

    /// <summary>Sign-ups of one address of the internet in ten minutes: an office may share one.</summary>
    public const int SignUpsPerAddress = 10;

    /// <summary>Sign-ups with one e-mail address or number in ten minutes; it is asked once a day at most.</summary>
    public const int SignUpsPerContact = 3;

    /// <summary>Sign-ups of one store in ten minutes: each may send a message.</summary>
    public const int SignUpsPerStore = 300;

    /// <summary>Keys that each limit counts, about 100 bytes each.</summary>
    public const int MaxKeys = 20_000;

    public FixedWindows Browsers { get; } = new(PerBrowser, VisitWindow, MaxKeys, clock);

    public FixedWindows Addresses { get; } = new(PerAddress, VisitWindow, MaxKeys, clock);

    /// <summary>Only stores that we know are counted.</summary>
    public FixedWindows Stores { get; } = new(PerStore, VisitWindow, MaxKeys, clock);

    public FixedWindows SignUpAddresses { get; } = new(SignUpsPerAddress, SignUpWindow, MaxKeys, clock);

    public FixedWindows SignUpContacts { get; } = new(SignUpsPerContact, SignUpWindow, MaxKeys, clock);

    public FixedWindows SignUpStores { get; } = new(SignUpsPerStore, SignUpWindow, MaxKeys, clock);
}
